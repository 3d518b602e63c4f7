package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// The way to the kernel: a descriptor of the device, or in a test something that plays the kernel.
///
/// Threads: any.
public interface FuseChannel extends ReplyPath, AutoCloseable {
    /// What [#read] tells when there will be no more requests.
    long UNMOUNTED = -1;

    /// Takes the next request.
    ///
    /// Blocks: until there is one.
    ///
    /// @param buffer where it goes; native memory, as large as the largest request
    /// @return how long it is, or [#UNMOUNTED]
    /// @throws IOException if the kernel refuses
    long read(MemorySegment buffer) throws IOException;

    /// Sends a reply or a notification. A reply goes by the channel that its request came by.
    ///
    /// Blocks: a notification, while the kernel uses what it is about.
    ///
    /// @param message native memory
    /// @throws IOException if the kernel does not take it: it awaits no such reply any more, or knows no such node
    @Override
    void write(MemorySegment message) throws IOException;

    /// A further channel to the same mount, so that threads do not wait for each other.
    ///
    /// @throws IOException if the kernel refuses
    FuseChannel another() throws IOException;

    @Override
    void close();
}
