package org.afs4j.cell.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/// The files that hold contents, by key: bytes at positions.
///
/// Threads: any. An interrupt of the caller's thread is kept, and disturbs nothing.
interface FileSpace {
    /// Writes all of a buffer; the file is made if there is none.
    void write(FileKey key, long positionBytes, ByteBuffer bytes) throws IOException;

    /// Fills a buffer.
    ///
    /// @throws java.io.EOFException if the file ends before
    void read(FileKey key, long positionBytes, ByteBuffer bytes) throws IOException;

    /// Removes a file, if it is there.
    void delete(FileKey key) throws IOException;

    /// Lets what was written to a file outlive a loss of power; without effect if it has gone.
    void force(FileKey key) throws IOException;

    /// The files that are there, with their lengths in bytes.
    Map<FileKey, Long> list() throws IOException;
}
