package org.afs4j.system.simulation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.port.DatagramPort;

/// A client's port at which calls of single procedures can be stopped on their way out, or their replies on the way in, while
/// everything else passes: so that a break overtakes a reply, or one reply another, by order and not by chance.
///
/// What is stopped is dropped; Rx sends it again, and it passes once the gate is open. One thread of a simulated world runs at a
/// time, so the sets need no lock.
final class GatedPort implements DatagramPort {
    private static final int CALL_NUMBER_AT = 8;
    private static final int CID_AT = 4;
    private static final int TYPE_AT = 20;
    private static final int FLAGS_AT = 21;
    private static final int DATA = 1;
    private static final int OPCODE_AT = RxHeader.LENGTH;

    private record Call(int cid, int number) {}

    private final DatagramPort port;
    private final Set<Integer> stoppedRequests = new HashSet<>();
    private final Set<Integer> stoppedReplies = new HashSet<>();
    private final Set<Call> awaitingGate = new HashSet<>();
    private int requestsStopped;
    private int repliesStopped;

    GatedPort(DatagramPort port) {
        this.port = port;
    }

    /// Stops calls of a procedure on their way out.
    void stopRequests(int opcode) {
        stoppedRequests.add(opcode);
        requestsStopped = 0;
    }

    /// Stops the replies to calls of a procedure that are made from now on.
    void stopReplies(int opcode) {
        stoppedReplies.add(opcode);
        repliesStopped = 0;
    }

    /// Lets the calls of a procedure pass, and their replies.
    void open(int opcode) {
        stoppedRequests.remove(opcode);
        if (stoppedReplies.remove(opcode)) {
            awaitingGate.clear();
        }
    }

    boolean hasStoppedARequest() {
        return requestsStopped > 0;
    }

    /// Whether a server has carried out a call whose reply is stopped.
    boolean hasStoppedAReply() {
        return repliesStopped > 0;
    }

    @Override
    public void start(DatagramHandler handler) {
        port.start(new DatagramHandler() {
            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
                if (isData(datagram) && !isFromCaller(datagram) && awaitingGate.contains(call(datagram))) {
                    repliesStopped++;
                } else {
                    handler.onDatagram(datagram, from);
                }
            }

            @Override
            public void onBatchEnd() {
                handler.onBatchEnd();
            }
        });
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        if (isData(datagram) && isFromCaller(datagram) && datagram.remaining() >= OPCODE_AT + Integer.BYTES) {
            int opcode = datagram.getInt(datagram.position() + OPCODE_AT);
            if (stoppedRequests.contains(opcode)) {
                requestsStopped++;
                datagram.position(datagram.limit());
                return;
            }
            if (stoppedReplies.contains(opcode)) {
                awaitingGate.add(call(datagram));
            }
        }
        port.send(datagram, to);
    }

    private static boolean isData(ByteBuffer datagram) {
        return datagram.remaining() >= RxHeader.LENGTH && datagram.get(datagram.position() + TYPE_AT) == DATA;
    }

    private static boolean isFromCaller(ByteBuffer datagram) {
        return (datagram.get(datagram.position() + FLAGS_AT) & RxHeader.FLAG_CLIENT_INITIATED) != 0;
    }

    private static Call call(ByteBuffer datagram) {
        return new Call(
                datagram.getInt(datagram.position() + CID_AT), datagram.getInt(datagram.position() + CALL_NUMBER_AT));
    }

    @Override
    public InetSocketAddress localAddress() {
        return port.localAddress();
    }

    @Override
    public void close() {
        port.close();
    }
}
