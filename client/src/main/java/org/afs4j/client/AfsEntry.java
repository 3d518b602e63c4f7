package org.afs4j.client;

/// An entry of a directory.
///
/// @param name its name
/// @param info what AFS tells of it; of a mount point, what is told of the mounted volume's root
public record AfsEntry(String name, AfsFileInfo info) {}
