package org.afs4j.client.lock;

/// What a file server has given us of a file's lock.
enum ServerLock {
    NONE,
    SHARED,
    EXCLUSIVE
}
