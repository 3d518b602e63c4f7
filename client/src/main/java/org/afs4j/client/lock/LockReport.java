package org.afs4j.client.lock;

/// The locks of one file at one moment.
///
/// @param vnode the file
/// @param server what the server has given: `NONE`, `SHARED` or `EXCLUSIVE`
/// @param ranges how many ranges are locked here
/// @param waiters how many threads want a lock
/// @param leftNanos how long the server keeps the lock if it is not prolonged
public record LockReport(LockedVnode vnode, String server, int ranges, int waiters, long leftNanos) {}
