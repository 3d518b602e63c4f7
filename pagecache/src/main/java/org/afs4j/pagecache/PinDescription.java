package org.afs4j.pagecache;

/// A pin that is open now, for metrics.
///
/// @param file the file's name
/// @param owner the owner's name
/// @param offsetBytes where the pinned range begins in the file
/// @param lengthBytes its length
/// @param ageNanos how long it has been open
public record PinDescription(String file, String owner, long offsetBytes, long lengthBytes, long ageNanos) {}
