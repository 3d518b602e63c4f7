package org.afs4j.client.location;

/// What kind of instance of a volume one has.
public enum VolumeKind {
    /// The one that changes.
    READ_WRITE,
    /// A replica: a snapshot that changes only as a whole, by `vos release`.
    READ_ONLY,
    /// A snapshot beside the read-write volume.
    BACKUP
}
