package org.afs4j.mount.session;

import java.io.IOException;

/// A second way by which the kernel hands requests out, beside the device: rings of io_uring. Interrupts, forgotten nodes and
/// notifications keep to the device.
///
/// Threads: [#prepare] and [#begin] once, in this order, by one thread; [#close] any.
public interface RequestRings extends AutoCloseable {
    /// Makes the rings. Once the kernel was told that they will be used it waits for them with every request, so whatever this
    /// system may refuse is asked for here.
    ///
    /// @throws IOException if the system does not let us
    void prepare() throws IOException;

    /// Begins to serve; the kernel has agreed.
    ///
    /// @param exchanges where requests go
    void begin(Exchanges exchanges);

    /// Ends serving: nobody waits any longer. What is being carried out goes on to its end.
    @Override
    void close();
}
