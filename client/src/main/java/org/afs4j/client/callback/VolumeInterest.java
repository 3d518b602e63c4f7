package org.afs4j.client.callback;

/// A volume instance that has promises of a server, and so an interest in its breaks (CB-4).
///
/// Threads: the callback service's; nothing here blocks.
public interface VolumeInterest {
    /// The server takes back its promise on one vnode; one that is not cached is ignored.
    ///
    /// @param vnode its number
    /// @param uniquifier its uniquifier
    void breakVnode(int vnode, int uniquifier);

    /// The server takes back its promises on all vnodes of the volume.
    void breakVolume();
}
