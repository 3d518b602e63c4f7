package org.afs4j.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;
import org.jspecify.annotations.Nullable;

/// A connection to a service in the same thread: a call's request is gathered, served as a whole, its reply is read.
/// Reads give a few bytes at a time, as packets would.
public final class InMemoryConnection implements RxConnection {
    private static final InetSocketAddress PEER = InetSocketAddress.createUnresolved("client.example", 7001);

    private final RxService service;
    private final Random random;
    private int openCalls;

    /// Makes the connection.
    ///
    /// @param service what serves the calls
    /// @param random cuts the streams
    public InMemoryConnection(RxService service, Random random) {
        this.service = service;
        this.random = random;
    }

    /// Calls not closed yet.
    public int openCalls() {
        return openCalls;
    }

    @Override
    public RxClientCall newCall() {
        openCalls++;
        return new Call();
    }

    @Override
    public InetSocketAddress peer() {
        return PEER;
    }

    @Override
    public int serviceId() {
        return 1;
    }

    /// Serves a request given as bytes.
    ///
    /// @param service what serves it
    /// @param request the bytes
    /// @param random cuts the stream
    /// @return the reply
    /// @throws IOException from the service
    public static byte[] serve(RxService service, byte[] request, Random random) throws IOException {
        ServerCall call = new ServerCall(request, random);
        service.serve(call);
        return call.reply.toByteArray();
    }

    private static int read(ByteBuffer from, ByteBuffer to, Random random) {
        if (!to.hasRemaining()) {
            throw new IllegalArgumentException("a read into a full buffer");
        }
        if (!from.hasRemaining()) {
            return -1;
        }
        int count = Math.min(Math.min(from.remaining(), to.remaining()), 1 + random.nextInt(40));
        to.put(from.slice(from.position(), count));
        from.position(from.position() + count);
        return count;
    }

    private static void write(ByteBuffer source, ByteArrayOutputStream to) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        to.writeBytes(bytes);
    }

    private final class Call implements RxClientCall {
        private final ByteArrayOutputStream request = new ByteArrayOutputStream();
        private @Nullable ByteBuffer reply;
        private @Nullable RxAbortException abort;

        @Override
        public void write(ByteBuffer source) {
            InMemoryConnection.write(source, request);
        }

        @Override
        public void endRequest() throws IOException {
            try {
                reply = ByteBuffer.wrap(serve(service, request.toByteArray(), random));
            } catch (RxAbortException e) {
                abort = e;
            }
        }

        @Override
        public int read(ByteBuffer destination) throws IOException {
            if (reply == null && abort == null) {
                endRequest();
            }
            if (reply == null) {
                throw Objects.requireNonNull(abort);
            }
            return InMemoryConnection.read(reply, destination, random);
        }

        @Override
        public void flush() {}

        @Override
        public void abort(int code) {
            throw new AssertionError("not expected here");
        }

        @Override
        public void close() {
            openCalls--;
        }
    }

    private static final class ServerCall implements RxServerCall {
        private final ByteArrayOutputStream reply = new ByteArrayOutputStream();
        private final ByteBuffer request;
        private final Random random;

        ServerCall(byte[] request, Random random) {
            this.request = ByteBuffer.wrap(request);
            this.random = random;
        }

        @Override
        public InetSocketAddress peer() {
            return PEER;
        }

        @Override
        public int serviceId() {
            return 1;
        }

        @Override
        public void write(ByteBuffer source) {
            InMemoryConnection.write(source, reply);
        }

        @Override
        public int read(ByteBuffer destination) {
            return InMemoryConnection.read(request, destination, random);
        }

        @Override
        public void flush() {}

        @Override
        public void abort(int code) {
            throw new AssertionError("not expected here");
        }
    }
}
