package org.afs4j.cell.store;

/// What names a file of contents: one for all instances of a volume, so that snapshots share it.
///
/// @param volumeId the id of the read-write volume
/// @param vnode the vnode's number
/// @param uniquifier the vnode's uniquifier
public record FileKey(int volumeId, int vnode, int uniquifier) {}
