package org.afs4j.client;

/// Who holds a lock: locks of one owner are never in each other's way.
///
/// Locks as of `fcntl` and as of `flock` are not in each other's way within one client, as on a local file system; between clients
/// the server's one lock of the file stands for both.
///
/// @param kind what the number is of
/// @param id the number: any, as long as it tells owners of one kind apart
public record AfsLockOwner(Kind kind, long id) {
    /// What an owner is.
    public enum Kind {
        /// An [AfsFile]: what it locks without naming an owner. The numbers are given by the client.
        HANDLE,
        /// Who locks ranges as `fcntl` does: a process.
        PROCESS,
        /// Who locks whole files as `flock` does: an open file description.
        FLOCK
    }

    /// A process, or whatever locks ranges as `fcntl` does.
    ///
    /// @param id tells it apart
    public static AfsLockOwner ofProcess(long id) {
        return new AfsLockOwner(Kind.PROCESS, id);
    }

    /// An open file description that locks as `flock` does.
    ///
    /// @param id tells it apart
    public static AfsLockOwner ofFlock(long id) {
        return new AfsLockOwner(Kind.FLOCK, id);
    }

    boolean isFlock() {
        return kind == Kind.FLOCK;
    }
}
