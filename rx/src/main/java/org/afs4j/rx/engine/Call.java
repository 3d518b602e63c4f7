package org.afs4j.rx.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.afs4j.base.lock.Lookout;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.rx.RxCounter;
import org.afs4j.rx.RxErrorCodes;
import org.afs4j.rx.RxException;
import org.afs4j.rx.RxPacketSecurity.PacketIdentity;
import org.afs4j.rx.RxStream;
import org.afs4j.rx.packet.RxHeader;
import org.afs4j.rx.trace.RxCallEvent;
import org.jspecify.annotations.Nullable;

/// One call on a channel, of either side: the two byte streams as the caller or the service sees them. What packets and time do
/// to it is in [CallProtocol], of which this is the blocking face.
///
/// Threads: one caller or service thread; the receive thread and timers meet it under the connection's mutex.
abstract class Call extends CallProtocol implements RxStream {
    /// How many packets are queued before they are sent together.
    private static final int BATCH_MASK = 7;

    private final RankedMutex mutex;
    private final World world;

    /// The packet that is being filled; null if there is none.
    private @Nullable PacketBuffer current;

    /// What was written and read so far, and the first four bytes of the request.
    private long written;

    private long taken;
    private int opcode;
    private final @Nullable RxCallEvent event;

    Call(Connection connection, Connection.Channel channel, int callNumber) {
        super(connection, channel, callNumber);
        this.mutex = connection.mutex;
        this.world = connection.world;
        this.event = RxCallEvent.start(connection.isClient(), connection.serviceId);
    }

    /// Ends the call's event, if there is one.
    void recordLocked() {
        RxCallEvent recorded = event;
        if (recorded != null) {
            Failure why = failure;
            recorded.finish(connection.peer.toString(), opcode, written, taken, why == null ? "done" : why.outcome());
        }
    }

    private void noteOpcode(long before, ByteBuffer bytes, int from) {
        if (before == 0 && event != null && bytes.limit() - from >= Integer.BYTES) {
            opcode = bytes.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(from);
        }
    }

    @Override
    public void write(ByteBuffer source) throws IOException {
        mutex.lock();
        try {
            beforeWriteLocked();
            if (connection.isClient()) {
                noteOpcode(written, source, source.position());
            }
            written += source.remaining();
            while (source.hasRemaining()) {
                requireUnderWayLocked();
                if (discardsWrites) {
                    source.position(source.limit());
                    return;
                }
                PacketBuffer packet = current;
                if (packet == null) {
                    requireSeqLocked();
                    current = newPacketLocked();
                } else if (packet.bytes.hasRemaining()) {
                    fill(packet.bytes, source);
                } else if (send.hasRoom()) {
                    queueCurrentLocked(false);
                    if ((send.nextSeq() & BATCH_MASK) == 0) {
                        transmitLocked();
                    }
                } else {
                    awaitRoomLocked();
                }
            }
            transmitLocked();
        } finally {
            liveness.waitsNoMore();
            mutex.unlock();
        }
    }

    private static void fill(ByteBuffer packet, ByteBuffer source) {
        int count = Math.min(packet.remaining(), source.remaining());
        int to = packet.position();
        int from = source.position();
        packet.put(to, source, from, count);
        packet.position(to + count);
        source.position(from + count);
    }

    /// Ends the call if it has used up its sequence numbers, which never wrap.
    private void requireSeqLocked() throws RxException {
        if (send.nextSeq() == Integer.MAX_VALUE) {
            abortLocked(RxErrorCodes.PROTOCOL_ERROR, Failure.aborted(RxErrorCodes.PROTOCOL_ERROR));
            requireUnderWayLocked();
        }
    }

    private PacketBuffer newPacketLocked() {
        PacketBuffer packet = connection.endpoint.pool.take();
        packet.bytes.limit(connection.datagramBytes() - connection.security.trailerBytes());
        packet.bytes.position(RxHeader.LENGTH + connection.security.headerBytes());
        return packet;
    }

    /// Queues the packet that is being filled; there is room.
    private void queueCurrentLocked(boolean isLast) {
        PacketBuffer packet = current;
        if (packet == null) {
            throw new IllegalStateException("no packet to queue");
        }
        current = null;
        int seq = send.nextSeq();
        packet.seq = seq;
        packet.flags = connection.dataFlags(isLast ? RxHeader.FLAG_LAST_PACKET : 0);
        ByteBuffer bytes = packet.bytes;
        int length = bytes.position();
        int checksum = 0;
        if (connection.securityIndex != 0) {
            // The capacity leaves room for the trailer, whatever the peer has said of datagrams since the packet was begun.
            ByteBuffer body = bytes.clear().slice(RxHeader.LENGTH, bytes.capacity() - RxHeader.LENGTH);
            body.limit(length - RxHeader.LENGTH);
            checksum = connection.security.seal(identity(seq), body);
            length = RxHeader.LENGTH + body.limit();
        }
        connection.encodeDataHeader(bytes, this, seq, packet.flags, checksum);
        bytes.clear().limit(length);
        send.queue(packet, isLast);
    }

    private PacketIdentity identity(int seq) {
        return new PacketIdentity(connection.epoch, connection.cid | channel.index, callNumber, seq);
    }

    private void awaitRoomLocked() throws IOException {
        transmitLocked();
        while (!send.hasRoom() && !isOver() && !discardsWrites) {
            waitingWriter = true;
            awaitLocked(null);
        }
        waitingWriter = false;
    }

    /// Where the thread may wait for the reply. Once packets of it came, more follow while the thread is busy with them: those are
    /// better taken by the port's own thread than by waking one or the other in turn.
    private @Nullable Lookout lookoutLocked() {
        return connection.isClient() && receive.next() == 1 && receive.isEmpty() ? connection.port.lookout() : null;
    }

    private void awaitLocked(@Nullable Lookout lookout) throws InterruptedIOException {
        liveness.waits(world.nanoTime());
        armLocked();
        if (beforeWaitLocked() || isOver()) {
            return;
        }
        try {
            if (lookout == null) {
                changed.await();
            } else {
                changed.await(lookout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abortLocked(RxErrorCodes.USER_ABORT, Failure.closed("interrupted"));
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for " + connection.peer);
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private void requireUnderWayLocked() throws RxException {
        Failure why = failure;
        if (why != null) {
            throw why.exception();
        }
    }

    @Override
    public void flush() throws IOException {
        mutex.lock();
        try {
            flushLocked();
        } finally {
            mutex.unlock();
        }
    }

    private void flushLocked() throws IOException {
        requireUnderWayLocked();
        PacketBuffer packet = current;
        if (packet != null && packet.bytes.position() > RxHeader.LENGTH + connection.security.headerBytes()) {
            awaitRoomLocked();
            requireUnderWayLocked();
            if (current != null) {
                queueCurrentLocked(false);
            }
        }
        transmitLocked();
    }

    /// Ends our stream; without effect if it has ended.
    void endStreamLocked() throws IOException {
        requireUnderWayLocked();
        if (send.isLastQueued() || discardsWrites) {
            return;
        }
        awaitRoomLocked();
        requireUnderWayLocked();
        if (discardsWrites) {
            return;
        }
        if (current == null) {
            requireSeqLocked();
            current = newPacketLocked();
        }
        queueCurrentLocked(true);
        transmitLocked();
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        mutex.lock();
        try {
            beforeReadLocked();
            if (!destination.hasRemaining()) {
                return 0;
            }
            int start = destination.position();
            while (true) {
                requireUnderWayLocked();
                takeLocked(destination);
                int count = destination.position() - start;
                if (count > 0) {
                    if (!connection.isClient()) {
                        noteOpcode(taken, destination, start);
                    }
                    taken += count;
                    afterReadLocked();
                    return count;
                }
                if (receive.isAtEnd()) {
                    return -1;
                }
                ackBeforeWaitLocked(world.nanoTime());
                waitingReader = destination;
                readerWoken = false;
                try {
                    awaitLocked(lookoutLocked());
                } finally {
                    waitingReader = null;
                }
            }
        } finally {
            liveness.waitsNoMore();
            mutex.unlock();
        }
    }

    private void takeLocked(ByteBuffer destination) throws IOException {
        while (destination.hasRemaining()) {
            PacketBuffer head = receive.head();
            if (head == null) {
                return;
            }
            if (!head.opened) {
                openLocked(head);
            }
            receive.readHead(head, destination);
        }
    }

    /// Has a packet verified; a security class works in the thread of the reader, not in that which serves all calls.
    private void openLocked(PacketBuffer head) throws IOException {
        head.opened = true;
        if (connection.securityIndex == 0) {
            return;
        }
        ByteBuffer body = head.content.slice(head.from, head.to - head.from);
        int start = head.from;
        if (!connection.security.open(identity(head.seq), head.checksum, body)) {
            connection.counters.count(RxCounter.BAD_SECURITY);
            abortLocked(RxErrorCodes.PROTOCOL_ERROR, Failure.aborted(RxErrorCodes.PROTOCOL_ERROR));
            requireUnderWayLocked();
        }
        head.from = start + body.position();
        head.to = start + body.limit();
    }

    /// What the side does before its thread waits for the peer.
    ///
    /// @return whether the mutex was released meanwhile, so that what is waited for may have come
    boolean beforeWaitLocked() {
        return false;
    }

    /// What the side does before a write: nothing, or refuse.
    abstract void beforeWriteLocked() throws IOException;

    /// What the side does before a read.
    abstract void beforeReadLocked() throws IOException;

    @Override
    public void abort(int code) {
        if (code == 0) {
            throw new IllegalArgumentException("an abort code is not 0");
        }
        mutex.lock();
        try {
            abortLocked(code, Failure.aborted(code));
        } finally {
            mutex.unlock();
        }
    }

    @Override
    void releaseLocked() {
        super.releaseLocked();
        connection.endpoint.pool.release(current);
        current = null;
    }
}
