package org.afs4j.mount.session;

/// What a session counts.
public enum SessionCounter {
    /// Requests that were read.
    REQUESTS,
    /// Requests that were malformed or unknown, and refused.
    REFUSED,
    /// Requests that took too long, and were told so.
    LATE,
    /// Notifications that the kernel was sent.
    NOTIFICATIONS,
    /// Requests that failed by a defect of ours.
    DEFECTS
}
