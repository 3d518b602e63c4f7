package org.afs4j.base.lock;

/// A way to wait other than being parked: the thread looks out itself for what will wake it, a datagram say, so that no other thread
/// has to wake for that first. One thread at a time has the watch.
///
/// Threads: the one that waits begins and watches; any may recall it.
public interface Lookout {
    /// Takes the watch, if that can be now.
    ///
    /// @return whether it was taken; [#watch] has to follow, since the thread has the watch until that returns. If not, the thread is
    ///     parked as ever
    boolean begin();

    /// Keeps watch, until the parking is woken, the thread is interrupted or nothing has come for a while, and gives it up. Meanwhile
    /// the thread does for others what comes for them.
    ///
    /// Blocks: until then.
    ///
    /// @param parking where the thread waits; watching wakes it, or another thread does and recalls
    void watch(Parking parking);

    /// Has the thread that has the watch see whether it was woken; without effect if none has it.
    void recall();
}
