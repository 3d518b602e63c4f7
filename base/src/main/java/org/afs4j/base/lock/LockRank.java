package org.afs4j.base.lock;

/// The one lock order of afs4j: a thread that holds a lock may take only locks of a later rank, or several of one rank in
/// ascending key order where the rank says so. `docs/LOCKING.md` explains each rank; a test holds the two together.
public enum LockRank {
    /// A client's life cycle: building and closing. Held across calls.
    CLIENT(false, true),
    /// One open file's position and closing.
    OPEN_FILE(false, true),
    /// One directory's or file's change by us: create, remove, rename, store. Several in key order. Held across calls.
    VNODE_CHANGE(true, true),
    /// One vnode's validation with its server. Held across calls, never needed to answer a callback.
    VNODE_VALIDATION(false, true),
    /// One file's invalidate lock in the page cache (PC-1). Several in key order (PC-8). Held across fills.
    PAGE_INVALIDATE(true, true),
    /// One file's write-back: one store of a range at a time. Held across calls.
    PAGE_WRITE_BACK(false, true),
    /// One file's page states and the queue of those who wait for a page.
    PAGE_STATE(false, false),
    /// One file's mapped generation: faults and strips of it, in turn (MM-7).
    MAPPING_GENERATION(false, false),
    /// Free and used ranges and frames of the frame store.
    FRAME_STORE(false, false),
    /// One volume's location. Held across calls to the location servers.
    VOLUME_LOCATION(false, true),
    /// One cell's tables of volumes and servers.
    CELL(false, false),
    /// One vnode's status and promise.
    VNODE_STATE(false, false),
    /// The embedded cell's volume: its vnodes and their contents.
    CELL_VOLUME(true, false),
    /// The embedded cell's callback promises.
    CELL_CALLBACKS(false, false),
    /// The embedded cell's store: who holds which chunk of a file.
    CELL_STORE(false, false),
    /// One Rx endpoint's tables of connections and services.
    RX_ENDPOINT(false, false),
    /// One Rx connection, its channels and calls.
    RX_CONNECTION(false, false),
    /// A datagram port, real or simulated.
    DATAGRAM_PORT(false, false),
    /// Queues, counters and logs that call nothing.
    LEAF(false, false);

    private final boolean several;
    private final boolean heldAcrossCalls;

    LockRank(boolean several, boolean heldAcrossCalls) {
        this.several = several;
        this.heldAcrossCalls = heldAcrossCalls;
    }

    /// Whether one thread may hold several locks of this rank, taken in ascending key order.
    public boolean several() {
        return several;
    }

    /// Whether a lock of this rank may be held while a call to a server is under way.
    public boolean heldAcrossCalls() {
        return heldAcrossCalls;
    }
}
