package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxServerSecurity;
import org.afs4j.rx.RxService;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.peer.PeerRecord;
import org.jspecify.annotations.Nullable;

/// A connection that a peer made to a service of ours.
///
/// Its serials begin at random, so that only who receives our packets can name them: an ACK that names one proves that the peer is
/// where its packets say that they come from. By the same proof a peer moves to another address: until it is given, packets from
/// there are dropped but for the PINGs that they pay for.
///
/// Until then as many bytes of data go there as came from there, and with acknowledgements and what asks for the proof (CHALLENGE,
/// PING) at most [#DEBT_BYTES] more in all. A reply that is longer waits. Who has proven it once has for all connections of its
/// epoch.
final class ServerConnection extends Connection {
    private static final long CHALLENGE_INTERVAL_NANOS = 500_000_000L;

    /// Packets of a call that are kept before its service may begin: what a client sends before it hears of a window.
    private static final int UNSTARTED_PACKETS = 16;

    private static final int SERIAL_BOUND = 1 << 24;

    /// The longest CHALLENGE; a PING is shorter.
    static final int DEBT_BYTES = RxHeader.LENGTH + 64;

    /// An ACK packet that tells of no packet.
    private static final int PING_BYTES = RxAckPacket.MAX_BYTES - RxAckPacket.MAX_ACKS;

    private final RxService service;
    private final RxServerSecurity.Session session;
    private final boolean mustProve;
    private final int firstSerial;
    final InetSocketAddress admittedFrom;
    private boolean proven;

    /// What came from an unproven address, went there, and went there as data; whether data waits for the proof.
    private long receivedBytes;

    private long sentBytes;
    private long dataBytes;
    private boolean dataWaits;
    private long challengedNanos;
    private boolean challenged;

    /// Where the peer may have moved to, with the serial of the PING that went there.
    private @Nullable InetSocketAddress movedTo;

    private int movedSerial;
    private long movedNanos;
    private boolean movedAsked;
    private int movedBytes;

    ServerConnection(
            Endpoint endpoint,
            InetSocketAddress peer,
            int epoch,
            int cid,
            int serviceId,
            int securityIndex,
            RxService service,
            RxServerSecurity.Session session,
            PeerRecord peerRecord,
            boolean mustProve,
            boolean isKnown) {
        super(endpoint, peer, epoch, cid, serviceId, securityIndex, session, false, peerRecord);
        this.service = service;
        this.session = session;
        this.mustProve = mustProve;
        this.admittedFrom = peer;
        this.firstSerial = world.random().nextInt(1, SERIAL_BOUND);
        startSerials(firstSerial);
        this.proven = isKnown;
        this.bounded = !isKnown;
    }

    @Override
    boolean affordsLocked(int bytes) {
        boolean affords = dataBytes + bytes <= receivedBytes && mayOweLocked(bytes);
        dataBytes += affords ? bytes : 0;
        dataWaits |= !affords;
        return affords;
    }

    @Override
    boolean mayOweLocked(int bytes) {
        if (sentBytes + bytes > receivedBytes + DEBT_BYTES) {
            return false;
        }
        sentBytes += bytes;
        return true;
    }

    /// While data waits for proof of the peer's address, every acknowledgement asks for it.
    @Override
    void sendAckLocked(Call call, int reason, int ackedSerial) {
        super.sendAckLocked(call, bounded && dataWaits ? RxAckPacket.REASON_PING : reason, ackedSerial);
    }

    @Override
    void askForProofLocked(Call call, long nowNanos) {
        if (bounded && dataWaits && isChallengeDueLocked(nowNanos)) {
            sendAckLocked(call, RxAckPacket.REASON_PING, 0);
        }
    }

    @Override
    void onPacketLocked(Receiver receiver, ByteBuffer packet, int type, InetSocketAddress from, long nowNanos) {
        if (!from.equals(peer) && !hasMovedLocked(packet, type, from, nowNanos)) {
            counters.count(RxCounter.BAD_ADDRESS);
            return;
        }
        int callNumber = RxHeader.callNumber(packet);
        receivedBytes += packet.limit();
        if (error != 0) {
            if (type != RxHeader.TYPE_ABORT && endpoint.mayAnswer(from)) {
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
        if (type == RxHeader.TYPE_ACK && !proven && namesSerial(packet)) {
            proveLocked();
        }
        startLocked(call, nowNanos);
        if (type == RxHeader.TYPE_DATA && !call.isStarted() && !call.isOver() && RxHeader.seq(packet) > UNSTARTED_PACKETS) {
            counters.count(RxCounter.DATA_EXCEEDS_WINDOW);
            return;
        }
        receiver.dispatchLocked(call, packet, type);
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
        if (!endpoint.services.hasPlace(peerRecord)) {
            refuseLocked(channel.index, callNumber);
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

    private void refuseLocked(int channel, int callNumber) {
        counters.count(RxCounter.CALLS_REFUSED_BUSY);
        peerRecord.callRefused();
        sendBusyLocked(channel, callNumber);
    }

    private void startLocked(ServerCall call, long nowNanos) {
        if (call.isStarted() || call.isQueued() || call.isOver()) {
            return;
        }
        if (!session.isAuthenticated()) {
            waitForProofLocked(call);
            challengeLocked(nowNanos);
        } else if (mustProve && !proven) {
            waitForProofLocked(call);
            if (isChallengeDueLocked(nowNanos)) {
                sendAckLocked(call, RxAckPacket.REASON_PING, 0);
            }
        } else {
            switch (endpoint.services.offer(call)) {
                case SERVED -> call.startLocked();
                case QUEUED -> {
                    counters.count(RxCounter.CALLS_QUEUED);
                    call.queuedLocked();
                }
                case NONE -> refuseLocked(call.channel.index, call.callNumber);
            }
        }
    }

    private void waitForProofLocked(ServerCall call) {
        if (call.waitForProofLocked()) {
            counters.count(RxCounter.CALLS_HALF_OPEN);
            endpoint.services.waitForProof(call);
        }
    }

    private boolean isChallengeDueLocked(long nowNanos) {
        boolean due = !challenged || nowNanos - challengedNanos >= CHALLENGE_INTERVAL_NANOS;
        if (due) {
            challenged = true;
            challengedNanos = nowNanos;
        }
        return due;
    }

    private void challengeLocked(long nowNanos) {
        if (isChallengeDueLocked(nowNanos)) {
            counters.count(RxCounter.CHALLENGE_SENT);
            sendSecurityLocked(RxHeader.TYPE_CHALLENGE, session.challenge());
        }
    }

    /// Whether an ACK names a serial of ours, which only who received it can know.
    private boolean namesSerial(ByteBuffer packet) {
        if (packet.limit() < RxAckPacket.MIN_BYTES) {
            return false;
        }
        int named = RxAckPacket.ackedSerial(packet);
        return named - firstSerial > 0 && named - serial() <= 0;
    }

    private void proveLocked() {
        if (!proven) {
            proven = true;
            bounded = false;
            endpoint.servers.proven(this);
            for (Channel channel : channels) {
                if (dataWaits && channel.call != null) {
                    channel.call.onProvenLocked();
                }
            }
            dataWaits = false;
        }
    }

    /// Whether the peer has proven to be at another address than before; if not, it is asked to, once in a while.
    private boolean hasMovedLocked(ByteBuffer packet, int type, InetSocketAddress from, long nowNanos) {
        boolean known = from.equals(movedTo);
        if (known
                && type == RxHeader.TYPE_ACK
                && packet.limit() >= RxAckPacket.MIN_BYTES
                && RxAckPacket.ackedSerial(packet) == movedSerial) {
            counters.count(RxCounter.PEERS_MOVED);
            peer = from;
            movedTo = null;
            proveLocked();
            return true;
        }
        if (!known && (movedTo == null || nowNanos - movedNanos >= CHALLENGE_INTERVAL_NANOS)) {
            movedTo = from;
            movedBytes = 0;
            movedAsked = false;
        } else if (!known) {
            return false;
        }
        // What comes from there pays for the PINGs that go there.
        movedBytes = Math.min(movedBytes + packet.limit(), RxAckPacket.MAX_BYTES);
        Call call = channels[RxHeader.cid(packet) & RxHeader.CHANNEL_MASK].call;
        if (call != null
                && call.callNumber == RxHeader.callNumber(packet)
                && !call.isOver()
                && movedBytes >= pingBytes(call)
                && (!movedAsked || nowNanos - movedNanos >= CHALLENGE_INTERVAL_NANOS)) {
            movedBytes -= pingBytes(call);
            movedAsked = true;
            movedNanos = nowNanos;
            movedSerial = skipSerials(world.random().nextInt(1, SERIAL_BOUND));
            sendPingLocked(call, from);
        }
        return false;
    }

    private static int pingBytes(Call call) {
        return PING_BYTES + call.receive.told();
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
        if (!challenged) {
            // Nobody asked: it must not end a connection that has hardly begun.
            counters.count(RxCounter.BAD_SECURITY);
            return;
        }
        int code = session.accept(packet.slice(RxHeader.LENGTH, packet.limit() - RxHeader.LENGTH));
        if (code != 0) {
            counters.count(RxCounter.BAD_SECURITY);
            abortedLocked(code);
            sendAbortLocked(0, 0, code);
            return;
        }
        if (session.isAuthenticated()) {
            // The response answers a challenge that only who received it knows.
            proveLocked();
        }
        for (Channel channel : channels) {
            if (channel.call instanceof ServerCall call) {
                startLocked(call, world.nanoTime());
            }
        }
    }

    boolean isIdle() {
        mutex.lock();
        try {
            return !hasCallUnderWayLocked();
        } finally {
            mutex.unlock();
        }
    }

    boolean isIdleFor(long nanos, long nowNanos) {
        mutex.lock();
        try {
            return nowNanos - lastPacketNanos >= nanos && !hasCallUnderWayLocked();
        } finally {
            mutex.unlock();
        }
    }

    /// Ends what there is of it; packets that come are of no connection from now on.
    ///
    /// @param onlyIdle whether it stays if it has a call under way
    /// @return false if it stays, or had ended already
    boolean forget(boolean onlyIdle) {
        mutex.lock();
        try {
            if (forgotten || (onlyIdle && hasCallUnderWayLocked())) {
                return false;
            }
            forgotten = true;
            dropLocked(Failure.closed("forgotten"));
            endpoint.servers.forgotten(this, proven);
            return true;
        } finally {
            mutex.unlock();
        }
    }
}
