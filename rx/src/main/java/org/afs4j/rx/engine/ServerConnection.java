package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxServerSecurity;
import org.afs4j.rx.RxService;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxHeader;

/// A connection that a peer made to a service of ours.
final class ServerConnection extends Connection {
    private static final long CHALLENGE_INTERVAL_NANOS = 500_000_000L;

    private final RxService service;
    private final RxServerSecurity.Session session;
    private long challengedNanos;
    private boolean challenged;

    ServerConnection(
            Endpoint endpoint,
            InetSocketAddress peer,
            int epoch,
            int cid,
            int serviceId,
            int securityIndex,
            RxService service,
            RxServerSecurity.Session session) {
        super(endpoint, peer, epoch, cid, serviceId, securityIndex, session, false);
        this.service = service;
        this.session = session;
    }

    @Override
    void onPacketLocked(ByteBuffer packet, int type, long nowNanos) {
        int callNumber = RxHeader.callNumber(packet);
        if (error != 0) {
            if (type != RxHeader.TYPE_ABORT && endpoint.mayAnswer()) {
                sendAbortLocked(0, 0, error);
            }
            return;
        }
        if (callNumber == 0) {
            onConnectionPacketLocked(packet, type);
            return;
        }
        Channel channel = channels[RxHeader.cid(packet) & RxHeader.CHANNEL_MASK];
        if (callNumber < channel.callNumber) {
            // Of an earlier call; a negative one is of no call at all.
            counters.count(RxCounter.UNKNOWN_CALL);
            return;
        }
        if (callNumber > channel.callNumber && !beginLocked(channel, packet, type)) {
            return;
        }
        if (!(channel.call instanceof ServerCall call)) {
            counters.count(RxCounter.UNKNOWN_CALL);
            return;
        }
        startLocked(call, nowNanos);
        endpoint.dispatchLocked(call, packet, type, nowNanos);
    }

    /// Begins the call that a packet announces, if it does and may.
    private boolean beginLocked(Channel channel, ByteBuffer packet, int type) {
        int callNumber = RxHeader.callNumber(packet);
        int seq = RxHeader.seq(packet);
        if (type != RxHeader.TYPE_DATA || seq <= 0 || seq > endpoint.options.receiveWindowPackets()) {
            // Not how a call begins: of one that was under way before we were restarted, say.
            counters.count(RxCounter.UNKNOWN_CALL);
            return false;
        }
        if (!endpoint.services.hasPlace()) {
            counters.count(RxCounter.CALLS_REFUSED_BUSY);
            sendBusyLocked(channel.index, callNumber);
            return false;
        }
        Call previous = channel.call;
        if (previous != null) {
            // The caller has its reply, or has given the call up; a service that still works for it finds out.
            previous.supersedeLocked();
        }
        channel.callNumber = callNumber;
        channel.call = new ServerCall(this, channel, callNumber, service);
        return true;
    }

    private void startLocked(ServerCall call, long nowNanos) {
        if (call.isStarted() || call.isOver()) {
            return;
        }
        if (!session.isAuthenticated()) {
            challengeLocked(nowNanos);
        } else if (endpoint.services.begin(call)) {
            call.startLocked();
        } else {
            sendBusyLocked(call.channel.index, call.callNumber);
        }
    }

    private void challengeLocked(long nowNanos) {
        if (!challenged || nowNanos - challengedNanos >= CHALLENGE_INTERVAL_NANOS) {
            challenged = true;
            challengedNanos = nowNanos;
            counters.count(RxCounter.CHALLENGE_SENT);
            sendSecurityLocked(RxHeader.TYPE_CHALLENGE, session.challenge());
        }
    }

    private void onConnectionPacketLocked(ByteBuffer packet, int type) {
        switch (type) {
            case RxHeader.TYPE_ABORT -> {
                if (RxAbortPacket.isWhole(packet)) {
                    abortedLocked(RxAbortPacket.code(packet));
                } else {
                    counters.count(RxCounter.BAD_BODY);
                }
            }
            case RxHeader.TYPE_RESPONSE -> onResponseLocked(packet);
            default -> counters.count(RxCounter.UNKNOWN_CALL);
        }
    }

    private void onResponseLocked(ByteBuffer packet) {
        if (session.isAuthenticated()) {
            return;
        }
        int code = session.accept(packet.slice(RxHeader.LENGTH, packet.limit() - RxHeader.LENGTH));
        if (code != 0) {
            counters.count(RxCounter.BAD_SECURITY);
            abortedLocked(code);
            sendAbortLocked(0, 0, code);
            return;
        }
        for (Channel channel : channels) {
            if (channel.call instanceof ServerCall call) {
                startLocked(call, world.nanoTime());
            }
        }
    }
}
