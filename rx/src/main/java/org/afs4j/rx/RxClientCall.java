package org.afs4j.rx;

import java.io.IOException;

/// A call of ours: the request is written, ended, then the reply is read to its end.
public interface RxClientCall extends RxStream, AutoCloseable {
    /// Ends the request: its last packet leaves. Reading before this ends it too.
    ///
    /// @throws IOException as [RxStream#write]
    void endRequest() throws IOException;

    /// Ends the call; one whose reply was not read to its end is aborted with RX_CALL_DEAD's client counterpart
    /// (`RX_USER_ABORT`, −6).
    @Override
    void close();
}
