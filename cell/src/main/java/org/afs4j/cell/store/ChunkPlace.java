package org.afs4j.cell.store;

/// Where a chunk lies in its file of contents.
///
/// @param slot which 64 KiB of the file, from 0
/// @param storedBytes how many bytes lie there, 0 to 65536
/// @param checksum their CRC-32C
/// @param lengthBytes how many of them, from the first, are the chunk's: fewer after a truncation
public record ChunkPlace(int slot, int storedBytes, int checksum, int lengthBytes) {}
