package org.afs4j.client.callback;

import org.afs4j.client.server.FileServer;

/// A vnode whose pages are mapped, or that somebody watches, as breaks see it.
public interface MappedVnode {
    /// Strips every mapping of the vnode (MM-1). Blocks for a bounded time: until readers have left the old mapping.
    void strip();

    /// Has the vnode stripped if the promise that its mappings rely on has run out (CB-12). Never blocks.
    void stripIfExpired();

    /// Whether the vnode's data comes from a server.
    ///
    /// @param server the server
    boolean dependsOn(FileServer server);

    /// The volume that the vnode is in.
    VolumeInterest volume();
}
