package org.afs4j.client.callback;

import java.util.List;
import org.afs4j.base.world.ArrivalSet;

/// The vnodes of one cell that are mapped or watched now (MM-4).
///
/// Invariant: a vnode is here exactly while it has a view. The page cache tells of the first and the last view of a file in
/// turn, under that file's mapping-generation lock, so no lock of this set is needed to keep it exact.
public final class MappedVnodes {
    private final ArrivalSet<MappedVnode> vnodes = new ArrivalSet<>();

    /// Makes an empty set.
    public MappedVnodes() {}

    /// Takes note that a vnode is mapped, or no longer.
    ///
    /// @param vnode the vnode
    /// @param mapped whether it has a view now
    public void changed(MappedVnode vnode, boolean mapped) {
        if (mapped) {
            vnodes.add(vnode);
        } else {
            vnodes.remove(vnode);
        }
    }

    /// The vnodes that are mapped now, in the order in which they were mapped.
    public List<MappedVnode> all() {
        return vnodes.inOrder();
    }

    /// How many vnodes are mapped now.
    public int size() {
        return vnodes.size();
    }
}
