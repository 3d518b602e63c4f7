package org.afs4j.protocol.call;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.rx.RxStream;

/// The data within a call: a stream of known length, of which only that much can be read or written.
///
/// Threads, Blocks: as the call's own stream.
public final class BoundedStream implements RxStream {
    private final RxStream stream;
    private final boolean reading;
    private long remainingBytes;

    private BoundedStream(RxStream stream, boolean reading, long lengthBytes) {
        this.stream = stream;
        this.reading = reading;
        this.remainingBytes = lengthBytes;
    }

    /// Data to be read.
    ///
    /// @param stream the call
    /// @param lengthBytes how much is to come
    public static BoundedStream reading(RxStream stream, long lengthBytes) {
        return new BoundedStream(stream, true, lengthBytes);
    }

    /// Data to be written.
    ///
    /// @param stream the call
    /// @param lengthBytes how much is promised
    public static BoundedStream writing(RxStream stream, long lengthBytes) {
        return new BoundedStream(stream, false, lengthBytes);
    }

    /// How much is still to be read or written.
    public long remainingBytes() {
        return remainingBytes;
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        if (reading) {
            throw new UnsupportedOperationException("these data are to be read");
        }
        if (source.remaining() > remainingBytes) {
            throw new IllegalStateException(
                    source.remaining() + " bytes to write, but only " + remainingBytes + " of those promised are left");
        }
        remainingBytes -= source.remaining();
        stream.write(source);
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        if (!reading) {
            throw new UnsupportedOperationException("these data are to be written");
        }
        if (remainingBytes == 0) {
            return -1;
        }
        int limit = destination.limit();
        if (destination.remaining() > remainingBytes) {
            destination.limit(destination.position() + (int) remainingBytes);
        }
        int count;
        try {
            count = stream.read(destination);
        } finally {
            destination.limit(limit);
        }
        if (count < 0) {
            throw new XdrException("the data end " + remainingBytes + " bytes before the length given for them");
        }
        remainingBytes -= count;
        return count;
    }

    @Override
    public void flush() throws IOException {
        stream.flush();
    }

    @Override
    public void abort(int code) {
        stream.abort(code);
    }
}
