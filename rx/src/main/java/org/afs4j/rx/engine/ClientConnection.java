package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.peer.PeerRecord;

/// A connection that we made.
final class ClientConnection extends Connection {
    private static final int MAX_RESPONSE_BYTES = 16_000;

    /// How often a challenge is answered at most: a forged one must not make us flood the server.
    private static final long ANSWER_INTERVAL_NANOS = 100_000_000L;

    private final RxClientSecurity.Session session;
    private boolean distrusted;
    private boolean answered;
    private long answeredNanos;

    ClientConnection(
            Endpoint endpoint,
            InetSocketAddress peer,
            int epoch,
            int cid,
            int serviceId,
            int securityIndex,
            RxClientSecurity.Session session,
            PeerRecord peerRecord) {
        super(endpoint, peer, epoch, cid, serviceId, securityIndex, session, true, peerRecord);
        this.session = session;
    }

    /// Begins a call on a channel that is free.
    ClientCall begin(ClientPath path, Channel channel) {
        mutex.lock();
        try {
            channel.callNumber++;
            ClientCall call = new ClientCall(path, this, channel, channel.callNumber);
            channel.call = call;
            return call;
        } finally {
            mutex.unlock();
        }
    }

    /// Whether no more calls may begin: it was aborted, or call numbers are used up.
    boolean isSpent(Channel channel) {
        mutex.lock();
        try {
            return error != 0 || distrusted || channel.callNumber == Integer.MAX_VALUE;
        } finally {
            mutex.unlock();
        }
    }

    /// Lets no more calls begin: a peer that is silent may count calls otherwise than we do.
    void distrustLocked() {
        distrusted = true;
    }

    boolean isIdle() {
        mutex.lock();
        try {
            return !hasCallUnderWayLocked();
        } finally {
            mutex.unlock();
        }
    }

    /// Ends what there is of it, if it has no call and no packet has come for so long; packets that come are of no connection from
    /// now on.
    boolean forgetIfIdle(long idleNanos, long nowNanos) {
        mutex.lock();
        try {
            if (hasCallUnderWayLocked() || nowNanos - lastPacketNanos < idleNanos) {
                return false;
            }
            forgotten = true;
            dropLocked(Failure.closed("forgotten"));
            return true;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    void onPacketLocked(Receiver receiver, ByteBuffer packet, int type, InetSocketAddress from, long nowNanos) {
        int callNumber = RxHeader.callNumber(packet);
        if (callNumber == 0) {
            onConnectionPacketLocked(packet, type, nowNanos);
            return;
        }
        Call call = channels[RxHeader.cid(packet) & RxHeader.CHANNEL_MASK].call;
        if (call == null || call.callNumber != callNumber) {
            counters.count(RxCounter.UNKNOWN_CALL);
            return;
        }
        receiver.dispatchLocked(call, packet, type);
    }

    private void onConnectionPacketLocked(ByteBuffer packet, int type, long nowNanos) {
        switch (type) {
            case RxHeader.TYPE_ABORT -> {
                if (RxAbortPacket.isWhole(packet)) {
                    abortedLocked(RxAbortPacket.code(packet));
                } else {
                    counters.count(RxCounter.BAD_BODY);
                }
            }
            case RxHeader.TYPE_CHALLENGE -> {
                if (answered && nowNanos - answeredNanos < ANSWER_INTERVAL_NANOS) {
                    counters.count(RxCounter.ANSWERS_WITHHELD);
                    return;
                }
                answered = true;
                answeredNanos = nowNanos;
                int[] callNumbers = new int[channels.length];
                for (int i = 0; i < callNumbers.length; i++) {
                    callNumbers[i] = channels[i].callNumber;
                }
                byte[] response = session.answer(packet.slice(RxHeader.LENGTH, packet.limit() - RxHeader.LENGTH), callNumbers);
                if (response == null || response.length > MAX_RESPONSE_BYTES) {
                    counters.count(RxCounter.BAD_SECURITY);
                } else {
                    counters.count(RxCounter.RESPONSE_SENT);
                    sendSecurityLocked(RxHeader.TYPE_RESPONSE, response);
                }
            }
            default -> counters.count(RxCounter.UNKNOWN_CALL);
        }
    }
}
