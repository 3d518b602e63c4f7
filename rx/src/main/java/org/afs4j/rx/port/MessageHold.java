package org.afs4j.rx.port;

/// The memory of what came from the network together, of which a handler may keep datagrams without a copy.
public interface MessageHold {
    /// Memory of which nothing may be kept.
    MessageHold NONE = new MessageHold() {
        @Override
        public boolean retain() {
            return false;
        }

        @Override
        public void release() {
            throw new IllegalStateException("nothing is held");
        }
    };

    /// Keeps the memory as it is until [#release]; once for each datagram, or part of one, that is kept.
    ///
    /// Threads: the one to which the datagrams are handed over, meanwhile.
    ///
    /// @return false if that may not be: what is to be kept has to be copied
    boolean retain();

    /// Gives up what [#retain] has kept.
    ///
    /// Threads: any. Locks: `LEAF`.
    void release();
}
