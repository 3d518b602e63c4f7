package org.afs4j.client.lock;

/// What is to be locked, or given up.
///
/// @param owner by whom; owners are compared by `equals`
/// @param wholeFile whether it is a lock as of `flock`, which is not in the way of one as of `fcntl` here; between clients all are
/// @param fromBytes where it begins, 0 or more
/// @param toBytes where it ends, exclusive; [Long#MAX_VALUE] is the end of whatever the file becomes
/// @param shared whether others may share it
public record LockRequest(Object owner, boolean wholeFile, long fromBytes, long toBytes, boolean shared) {}
