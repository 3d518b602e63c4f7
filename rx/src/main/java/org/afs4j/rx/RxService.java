package org.afs4j.rx;

import java.io.IOException;

/// What serves the calls of one service.
///
/// Threads: any number at once, each on a virtual thread of its own.
@FunctionalInterface
public interface RxService {
    /// Serves one call: reads the request, writes the reply; the reply ends when this returns.
    ///
    /// @param call the call
    /// @throws RxAbortException to end the call with its code; any other exception ends it with RX_PROTOCOL_ERROR (−5), counted
    /// @throws IOException if the call broke; there is nobody to tell
    void serve(RxServerCall call) throws IOException;
}
