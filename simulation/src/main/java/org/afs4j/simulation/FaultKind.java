package org.afs4j.simulation;

/// What a simulation does to a system.
public enum FaultKind {
    /// The file server stops and starts at once, and has forgotten its promises.
    RESTART_FORGETTING,
    /// The file server stops and starts at once, and knows its promises.
    RESTART_KEEPING,
    /// The file server is silent for a while, and knows its promises afterwards.
    STOP,
    /// One client and the server cannot reach each other for a while.
    PARTITION,
    /// A third of all datagrams is lost for a while.
    LOSS,
    /// The server breaks all promises on the volume.
    BREAK_VOLUME,
    /// The volume has no room for more for a while: clients that create are refused by its quota.
    QUOTA,
    /// One client dies with what it has not stored; another takes its place.
    CRASH,
    /// The server's process dies with all that is not on its disk, promises and locks; after a while another takes its place.
    KILL_SERVER,
    /// The same, and of what was not forced to the disk some is lost.
    POWER_LOSS,
    /// Each access to the server's disk takes up to half a second for a while.
    SLOW_DISK,
    /// The server's breaks wait, each as long as chance has it, for a while: so they overtake one another, and replies to other calls.
    LATE_BREAKS,
    /// The server's breaks leave in the other order for a while, the last first.
    REORDERED_BREAKS,
    /// The server loses its next breaks and takes them for answered, as no server may: a run with this fails, which shows that the judge and
    /// the shrinker work. No seed leads to it.
    LOSE_BREAKS;

    /// Whether it can befall a server only that has a disk.
    boolean isOfDisk() {
        return this == KILL_SERVER || this == POWER_LOSS || this == SLOW_DISK;
    }
}
