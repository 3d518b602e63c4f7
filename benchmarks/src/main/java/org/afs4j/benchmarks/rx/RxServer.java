package org.afs4j.benchmarks.rx;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.rx.port.UdpKind;

/// The end that serves: takes or gives as many bytes as it is told, and says what processor time it has used.
public final class RxServer {
    static final int SERVICE = 1234;
    static final int BUFFER_BYTES = 1 << 18;

    /// Bytes of a request's head: what is wanted, and how many bytes.
    static final int HEAD_BYTES = 12;

    static final int GIVE = 1;
    static final int TAKE = 2;
    static final int PROCESSOR_NANOS = 3;

    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER_BYTES));

    private RxServer() {}

    /// Serves until standard input ends.
    ///
    /// @param arguments the kind of socket
    /// @throws IOException if the port cannot be opened
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        DatagramPort port = DatagramPort.open(loopback, UdpKind.valueOf(arguments[0]));
        try (RxEndpoint endpoint = RxEndpoint.open(SystemWorld.instance(), port, RxOptions.defaults())) {
            endpoint.serve(SERVICE, RxServer::serve);
            System.out.println(endpoint.localAddress().getPort());
            while (System.in.read() >= 0) {
                // whoever started it closes the pipe in the end
            }
        }
    }

    static void serve(RxServerCall call) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        while (head.hasRemaining() && call.read(head) >= 0) {
            // the head may come in pieces
        }
        long bytes = head.getLong(4);
        switch (head.getInt(0)) {
            case GIVE -> {
                if (bytes <= Long.BYTES) {
                    call.write(ByteBuffer.allocate((int) bytes));
                } else {
                    give(call, bytes);
                }
            }
            case TAKE -> {
                ByteBuffer buffer = BUFFER.get();
                long taken = 0;
                for (int count = call.read(buffer.clear()); count >= 0; count = call.read(buffer.clear())) {
                    taken += count;
                }
                call.write(ByteBuffer.allocate(Long.BYTES).putLong(0, taken));
            }
            default -> call.write(ByteBuffer.allocate(Long.BYTES).putLong(0, processorNanos()));
        }
    }

    private static void give(RxServerCall call, long bytes) throws IOException {
        ByteBuffer buffer = BUFFER.get();
        for (long left = bytes; left > 0; left -= buffer.limit()) {
            call.write(buffer.clear().limit((int) Math.min(left, BUFFER_BYTES)));
        }
    }

    /// What this process has used.
    static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
