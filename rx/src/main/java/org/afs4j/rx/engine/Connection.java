package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxPacketSecurity;
import org.afs4j.rx.flow.PathMtu;
import org.afs4j.rx.flow.RttEstimator;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.peer.PeerRecord;
import org.afs4j.rx.port.DatagramBuffer;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// One epoch and cid with its four channels, on either side. Calls live on channels, one at a time each; a call that is over
/// stays until the next one takes its channel, so that late packets of it find their answer.
///
/// Locks: `mutex` guards the connection, its channels and their calls. It is released while data packets are being sent.
abstract class Connection {
    final Endpoint endpoint;
    final World world;
    final CounterSet counters;
    final PeerRecord peerRecord;
    final DatagramPort port;

    /// Where packets go. Changes only for a peer that moves; written under the mutex.
    volatile InetSocketAddress peer;

    final int epoch;
    final int cid;
    final int serviceId;
    final int securityIndex;
    final RxPacketSecurity security;
    final RankedMutex mutex = new RankedMutex(LockRank.RX_CONNECTION);
    final RttEstimator rtt = new RttEstimator();
    final PathMtu mtu = new PathMtu(RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
    final Channel[] channels = new Channel[RxHeader.CHANNELS];

    private final int sideFlag;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(RxAckPacket.MAX_BYTES);
    private final DatagramBuffer[] scratchBatch = {new DatagramBuffer(scratch)};

    /// Channels whose calls have something to do at the end of the batch of datagrams; a bit each.
    private int touchedChannels;
    private int serial;
    private final World.Alarm alarm;

    /// Whether the alarm is set, and for when.
    private boolean armed;

    private long alarmNanos;

    /// When the alarm is to ring: as `alarmNanos`, but not before it was set.
    private long ringNanos;

    /// The code with which the whole connection was aborted, by either side, or 0.
    int error;

    /// When a packet of it came last; when a peer's connection is idle for long, it is forgotten.
    long lastPacketNanos;

    /// Whether the peer's address is unproven, so that what goes there is bound by what came from there: then [#affordsLocked] is
    /// asked before data leaves.
    boolean bounded;

    /// Whether it is in no table any more; packets are not given to it.
    volatile boolean forgotten;

    /// One of the four.
    static final class Channel {
        final Connection connection;
        final int index;
        int callNumber;
        int peerWindow = INITIAL_PEER_WINDOW;
        @Nullable Call call;

        Channel(Connection connection, int index) {
            this.connection = connection;
            this.index = index;
        }
    }

    /// What a peer can take before it has said so.
    private static final int INITIAL_PEER_WINDOW = 16;

    @SuppressWarnings("this-escape") // channels only keep the reference
    Connection(
            Endpoint endpoint,
            InetSocketAddress peer,
            int epoch,
            int cid,
            int serviceId,
            int securityIndex,
            RxPacketSecurity security,
            boolean client,
            PeerRecord peerRecord) {
        this.endpoint = endpoint;
        this.world = endpoint.world;
        this.counters = endpoint.counters.ofPeer(peerRecord);
        this.peer = peer;
        this.peerRecord = peerRecord;
        this.epoch = epoch;
        this.cid = cid;
        this.port = endpoint.portOf(cid);
        this.serviceId = serviceId;
        this.securityIndex = securityIndex;
        this.security = security;
        this.sideFlag = client ? RxHeader.FLAG_CLIENT_INITIATED : 0;
        this.lastPacketNanos = world.nanoTime();
        this.alarm = world.newAlarm(this::onAlarm);
        for (int i = 0; i < channels.length; i++) {
            channels[i] = new Channel(this, i);
        }
    }

    boolean isClient() {
        return sideFlag != 0;
    }

    /// Whether a data packet may go to an unproven address; if so it is taken for sent, if not the peer is asked for proof.
    boolean affordsLocked(int bytes) {
        return true;
    }

    /// Whether a packet without data may go to an unproven address; if so it is taken for sent.
    boolean mayOweLocked(int bytes) {
        return true;
    }

    /// Asks an unproven peer to prove its address, if data waits for that.
    void askForProofLocked(Call call, long nowNanos) {}

    int nextSerial() {
        return ++serial;
    }

    /// Lets serials begin after one.
    void startSerials(int after) {
        serial = after;
    }

    /// Leaves serials out, so that nobody can guess the next one.
    ///
    /// @return the serial of the packet that is sent next
    int skipSerials(int count) {
        serial += count;
        return serial + 1;
    }

    int serial() {
        return serial;
    }

    /// The most bytes of a datagram that suit the peer.
    int datagramBytes() {
        return mtu.bytes();
    }

    /// Takes note of what an ACK to a call says about the path; tries again, once in a while, what the path did not let pass.
    void learnPathLocked(Call call, RxAckPacket ack, long nowNanos) {
        if (ack.maxDatagramBytes() > 0) {
            mtu.limit(ack.maxDatagramBytes());
        }
        if (ack.reason() == RxAckPacket.REASON_PING_RESPONSE) {
            mtu.onAnswer(ack.ackedSerial());
        }
        if (!bounded && mtu.wantsRaise(nowNanos)) {
            sendProbesLocked(call);
        }
    }

    /// Looks into whether a path drops packets for their length, and probes it by padded PINGs if that may be.
    ///
    /// @param bytes the length of a packet that was sent again and again, 0 if there is none
    /// @return false if it is longer than what passes
    boolean mayPassLocked(Call call, int bytes, long nowNanos) {
        if (!bounded && mtu.wantsProbes(bytes, nowNanos)) {
            sendProbesLocked(call);
        }
        return bytes <= mtu.bytes();
    }

    private void sendProbesLocked(Call call) {
        ByteBuffer probe = ByteBuffer.allocate(RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
        for (int i = 0; i < mtu.probes(); i++) {
            probe.clear();
            int length = Math.max(call.receive.encodeAck(probe, 0, RxAckPacket.REASON_PING), mtu.probeBytes(i));
            counters.count(RxCounter.ACK_SENT);
            counters.count(RxCounter.MTU_PROBES_SENT);
            encodeHeader(probe, call.channel.index, call.callNumber, RxHeader.TYPE_ACK, RxHeader.FLAG_REQUEST_ACK);
            mtu.onProbe(i, serial);
            send(probe.position(0).limit(length));
        }
    }

    /// Takes a packet of this connection.
    ///
    /// @param receiver who took it, with what decodes it
    /// @param packet from index 0 to its limit, at least a header
    /// @param type its type
    /// @param from where it came from
    abstract void onPacketLocked(Receiver receiver, ByteBuffer packet, int type, InetSocketAddress from, long nowNanos);

    /// Writes the header of a data packet; serial and last flags follow when it is sent.
    void encodeDataHeader(ByteBuffer packet, Call call, int seq, int flags, int checksum) {
        RxHeader.encode(
                packet,
                epoch,
                cid | call.channel.index,
                call.callNumber,
                seq,
                0,
                RxHeader.TYPE_DATA,
                flags | sideFlag,
                0,
                securityIndex,
                checksum,
                serviceId);
    }

    int dataFlags(int flags) {
        return flags | sideFlag;
    }

    void sendAckLocked(Call call, int reason, int ackedSerial) {
        scratch.clear();
        int length = call.receive.encodeAck(scratch, ackedSerial, reason);
        int flags = RxHeader.FLAG_SLOW_START_OK;
        counters.count(RxCounter.ACK_SENT);
        if (reason == RxAckPacket.REASON_PING) {
            flags |= RxHeader.FLAG_REQUEST_ACK;
            counters.count(RxCounter.PING_SENT);
        }
        sendScratch(call.channel.index, call.callNumber, RxHeader.TYPE_ACK, flags, length);
    }

    /// Asks at another address than the peer's whether the peer is there.
    void sendPingLocked(Call call, InetSocketAddress to) {
        scratch.clear();
        int length = call.receive.encodeAck(scratch, 0, RxAckPacket.REASON_PING);
        counters.count(RxCounter.ACK_SENT);
        counters.count(RxCounter.PING_SENT);
        encodeScratch(call.channel.index, call.callNumber, RxHeader.TYPE_ACK, RxHeader.FLAG_REQUEST_ACK, length);
        endpoint.send(port, scratch, to);
    }

    void sendAbortLocked(int channel, int callNumber, int code) {
        scratch.clear();
        RxAbortPacket.encode(scratch, code);
        counters.count(RxCounter.ABORT_SENT);
        sendScratch(channel, callNumber, RxHeader.TYPE_ABORT, 0, RxAbortPacket.LENGTH);
    }

    void sendBusyLocked(int channel, int callNumber) {
        scratch.clear();
        counters.count(RxCounter.BUSY_SENT);
        sendScratch(channel, callNumber, RxHeader.TYPE_BUSY, 0, RxHeader.LENGTH);
    }

    /// Sends a packet about the connection, of a body that a security class made.
    void sendSecurityLocked(int type, byte[] body) {
        ByteBuffer packet = ByteBuffer.allocate(RxHeader.LENGTH + body.length);
        packet.put(RxHeader.LENGTH, body);
        RxHeader.encode(packet, epoch, cid, 0, 0, nextSerial(), type, sideFlag, 0, securityIndex, 0, serviceId);
        if (bounded && !mayOweLocked(packet.limit())) {
            counters.count(RxCounter.ANSWERS_WITHHELD);
            return;
        }
        send(packet);
    }

    private void sendScratch(int channel, int callNumber, int type, int flags, int length) {
        if (bounded && !mayOweLocked(length)) {
            counters.count(RxCounter.ANSWERS_WITHHELD);
            return;
        }
        encodeScratch(channel, callNumber, type, flags, length);
        peerRecord.sent(1, length);
        endpoint.send(port, scratchBatch, 1, peer);
    }

    private void encodeScratch(int channel, int callNumber, int type, int flags, int length) {
        encodeHeader(scratch, channel, callNumber, type, flags);
        scratch.position(0).limit(length);
    }

    private void encodeHeader(ByteBuffer packet, int channel, int callNumber, int type, int flags) {
        RxHeader.encode(
                packet,
                epoch,
                cid | channel,
                callNumber,
                0,
                nextSerial(),
                type,
                flags | sideFlag,
                0,
                securityIndex,
                0,
                serviceId);
    }

    /// Sends a datagram; one that cannot be sent is as good as lost.
    void send(ByteBuffer datagram) {
        peerRecord.sent(1, datagram.remaining());
        endpoint.send(port, datagram, peer);
    }

    /// Sends datagrams, in order; those that cannot be sent are as good as lost.
    void send(PacketBuffer[] packets, int count) {
        long length = 0;
        for (int i = 0; i < count; i++) {
            length += packets[i].bytes.remaining();
        }
        peerRecord.sent(count, length);
        endpoint.send(port, packets, count, peer);
    }

    /// Takes note that a call has something to do at the end of the batch.
    void touchLocked(Channel channel) {
        touchedChannels |= 1 << channel.index;
    }

    /// Does what the packets of a batch have made due, once for all of them.
    void onBatchEndLocked(long nowNanos) {
        int touched = touchedChannels;
        touchedChannels = 0;
        // Acknowledgements first: sending releases the mutex, and then readers may end their calls.
        for (Channel channel : channels) {
            Call call = channel.call;
            if ((touched & 1 << channel.index) != 0 && call != null) {
                call.tellLocked(nowNanos);
            }
        }
        for (Channel channel : channels) {
            Call call = channel.call;
            if ((touched & 1 << channel.index) != 0 && call != null) {
                call.goOnLocked();
            }
        }
    }

    /// Sees to it that [#onAlarm] runs at a moment, or before.
    void armLocked(long deadlineNanos) {
        if (armed && alarmNanos - deadlineNanos <= 0) {
            return;
        }
        armed = true;
        alarmNanos = deadlineNanos;
        long now = world.nanoTime();
        long delayNanos = Math.max(0, deadlineNanos - now);
        ringNanos = now + delayNanos;
        alarm.set(delayNanos);
    }

    private void disarmLocked() {
        armed = false;
        alarm.cancel();
    }

    private void onAlarm() {
        mutex.lock();
        try {
            long now = world.nanoTime();
            if (!armed || now - alarmNanos < 0) {
                // Changed while it was starting: it rings again, or is not wanted.
                return;
            }
            armed = false;
            long lateNanos = Math.max(0, now - ringNanos);
            for (Channel channel : channels) {
                Call call = channel.call;
                if (call != null) {
                    call.onTimerLocked(now, lateNanos);
                }
            }
        } finally {
            mutex.unlock();
        }
    }

    /// Ends every call, and with them the timer.
    void shutLocked(Failure failure) {
        for (Channel channel : channels) {
            Call call = channel.call;
            if (call != null) {
                call.shutLocked(failure);
            }
        }
        disarmLocked();
    }

    /// Ends every call, and with them the timer, without telling the peer.
    void dropLocked(Failure failure) {
        for (Channel channel : channels) {
            Call call = channel.call;
            if (call != null) {
                call.failLocked(failure);
            }
        }
        disarmLocked();
    }

    /// Ends every call because the peer aborted the connection.
    void abortedLocked(int code) {
        error = code == 0 ? org.afs4j.rx.RxErrorCodes.PROTOCOL_ERROR : code;
        for (Channel channel : channels) {
            Call call = channel.call;
            if (call != null) {
                call.failLocked(Failure.aborted(error));
            }
        }
    }

    boolean hasCallUnderWayLocked() {
        for (Channel channel : channels) {
            if (channel.call != null && !channel.call.isOver()) {
                return true;
            }
        }
        return false;
    }

    boolean hasTimerLocked() {
        return armed;
    }
}
