package org.afs4j.rx.flow;

/// The longest datagram that a path is known to let pass.
///
/// What is sent at first passes almost everywhere, if need be in fragments. Where a path drops what is longer than it likes and
/// says nothing, large packets are lost again and again while small ones arrive: then PINGs of several lengths are sent, and the
/// longest that is answered is the length from then on. Nothing is probed while large packets arrive, so on loopback never.
///
/// Source: RFC 8899 (datagram packetization layer path MTU discovery), with a ladder in place of a search. Locks: the
/// connection's mutex.
public final class PathMtu {
    /// Lengths that are probed, ascending: what Rx promises, IPv6's least, tunnels in tunnels, a tunnel over Ethernet. With the
    /// length in use this makes a bound of 5 probes a time.
    private static final int[] LADDER_BYTES = {520, 1024, 1200, 1372};

    /// How often probes go at most.
    private static final long INTERVAL_NANOS = 5_000_000_000L;

    /// How long answers are waited for.
    private static final long ANSWER_NANOS = 1_000_000_000L;

    private final int mostBytes;
    private final int[] serials = new int[LADDER_BYTES.length + 1];
    private int bytes;
    private int limitBytes;
    private int answeredBytes;
    private boolean proven;
    private boolean probing;
    private boolean probedEver;
    private long probedNanos;

    /// Makes a path of which nothing is known.
    ///
    /// @param mostBytes the longest datagram that is ever sent
    public PathMtu(int mostBytes) {
        this.mostBytes = mostBytes;
        this.bytes = mostBytes;
        this.limitBytes = mostBytes;
    }

    /// The longest datagram to send now.
    public int bytes() {
        return Math.min(bytes, limitBytes);
    }

    /// Takes note of what the peer says.
    ///
    /// @param peerBytes the longest datagram that it wants
    public void limit(int peerBytes) {
        limitBytes = Math.clamp(peerBytes, LADDER_BYTES[0], mostBytes);
    }

    /// Takes note that a datagram of some length arrived.
    ///
    /// @param length its bytes
    public void onArrived(int length) {
        if (length >= bytes()) {
            proven = true;
        }
    }

    /// Takes note that a datagram was lost twice, and whether probes are to be sent: it is long, none as long has ever arrived, and
    /// the last probes are some time ago.
    ///
    /// @param length its bytes
    /// @param nowNanos now
    public boolean wantsProbes(int length, long nowNanos) {
        if (proven || length <= LADDER_BYTES[0]) {
            return false;
        }
        if (probedEver && nowNanos - probedNanos >= ANSWER_NANOS) {
            settle();
        }
        if (length > bytes() || (probedEver && nowNanos - probedNanos < INTERVAL_NANOS)) {
            return false;
        }
        probedEver = true;
        probing = true;
        probedNanos = nowNanos;
        answeredBytes = 0;
        return true;
    }

    /// How many probes to send.
    public int probes() {
        return serials.length;
    }

    /// The length of a probe, ascending.
    ///
    /// @param index of the probe
    public int probeBytes(int index) {
        return index < LADDER_BYTES.length ? Math.min(LADDER_BYTES[index], bytes()) : bytes();
    }

    /// Takes note of a probe that was sent.
    ///
    /// @param index of the probe
    /// @param serial of its packet
    public void onProbe(int index, int serial) {
        serials[index] = serial;
    }

    /// Takes note of an answer to a PING, which may be one of the probes.
    ///
    /// @param serial that it answers
    public void onAnswer(int serial) {
        if (!probing || serial == 0) {
            return;
        }
        for (int i = 0; i < serials.length; i++) {
            if (serials[i] == serial) {
                answeredBytes = Math.max(answeredBytes, probeBytes(i));
            }
        }
        if (answeredBytes == bytes()) {
            // It was not the length.
            probing = false;
        }
    }

    /// Takes the longest that was answered, if any was.
    private void settle() {
        if (probing && answeredBytes > 0) {
            bytes = answeredBytes;
        }
        probing = false;
    }
}
