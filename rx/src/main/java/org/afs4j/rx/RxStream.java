package org.afs4j.rx;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What both sides of a call do: write bytes to the peer, read the peer's, each as a stream.
///
/// Threads: one at a time. Blocks: as said by each method; an interrupt ends the wait with
/// [java.io.InterruptedIOException] and aborts the call.
public interface RxStream {
    /// Writes bytes; they leave as full packets, the rest with the next write, [#flush()] or the end.
    ///
    /// @param source from position to limit; copied before the method returns, the position is left at the limit
    /// @throws RxException if the call is over: aborted by the peer, timed out, closed
    /// @throws IOException if interrupted
    ///
    /// Blocks: while the send window is full.
    void write(ByteBuffer source) throws IOException;

    /// Reads at least one byte, or finds the end.
    ///
    /// @param destination filled from its position, as far as bytes are there; not empty
    /// @return how many bytes, or −1 at the end of what the peer sent
    /// @throws RxException if the call is over: aborted by the peer, timed out, closed
    /// @throws IOException if interrupted
    ///
    /// Blocks: until a byte or the end is there.
    int read(ByteBuffer destination) throws IOException;

    /// Sends what is written but not yet sent, in a short packet if need be.
    ///
    /// @throws IOException as [#write(ByteBuffer)]
    void flush() throws IOException;

    /// Ends the call at once: the peer gets the abort code.
    ///
    /// @param code the abort code, not 0
    void abort(int code);
}
