package org.afs4j.rx.flow;

/// The longest datagram that a path is known to let pass.
///
/// What is sent at first passes almost everywhere, if need be in fragments. Where a path drops what is longer than it likes and
/// says nothing, large packets are lost again and again while small ones arrive: then PINGs of several lengths are sent, and the
/// longest that is answered is the length from then on. Nothing is probed while large packets arrive, so on loopback never; where
/// they did, and do not any more, it takes a few time-outs more until that is looked into. A length that was found is tried to be
/// raised every ten minutes, by probes alone, so that no data is lost for it.
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

    /// How often a long packet is lost for long where long ones arrived before, until that is not believed any more.
    private static final int DOUBTS = 3;

    /// How long a length that was found is believed, before longer ones are tried.
    private static final long RAISE_NANOS = 600_000_000_000L;

    private final int mostBytes;
    private final int[] serials = new int[LADDER_BYTES.length + 1];
    private int bytes;
    private int limitBytes;
    private int answeredBytes;
    private boolean proven;
    private int doubts;
    private boolean raising;
    private long shortSinceNanos;
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

    /// Begins with a length that passes almost everywhere, to be raised as soon as something arrives: a call of long packets alone
    /// was lost as a whole, and of a call that the peer does not know it answers no probes.
    ///
    /// @param nowNanos now
    public void startShort(long nowNanos) {
        bytes = Math.min(mostBytes, LADDER_BYTES[1]);
        shortSinceNanos = nowNanos - RAISE_NANOS;
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
            doubts = 0;
        }
    }

    /// Takes note that a datagram was lost twice, and whether probes are to be sent: it is long, none as long has arrived for some
    /// time, and the last probes are some time ago.
    ///
    /// @param length its bytes
    /// @param nowNanos now
    public boolean wantsProbes(int length, long nowNanos) {
        if (length <= LADDER_BYTES[0] || isStillProven()) {
            return false;
        }
        if (probedEver && nowNanos - probedNanos >= ANSWER_NANOS) {
            settle(nowNanos);
        }
        if (length > bytes() || (probedEver && nowNanos - probedNanos < INTERVAL_NANOS)) {
            return false;
        }
        beginProbes(nowNanos);
        raising = false;
        return true;
    }

    private boolean isStillProven() {
        if (proven && ++doubts > DOUBTS) {
            proven = false;
        }
        return proven;
    }

    /// Whether probes are to be sent to find out whether the path lets longer datagrams pass than it did.
    ///
    /// @param nowNanos now
    public boolean wantsRaise(long nowNanos) {
        if (bytes == mostBytes || nowNanos - shortSinceNanos < RAISE_NANOS) {
            return false;
        }
        shortSinceNanos = nowNanos;
        beginProbes(nowNanos);
        raising = true;
        return true;
    }

    private void beginProbes(long nowNanos) {
        probedEver = true;
        probing = true;
        probedNanos = nowNanos;
        answeredBytes = 0;
    }

    private int longestProbeBytes() {
        return raising ? Math.min(mostBytes, limitBytes) : bytes();
    }

    /// How many probes to send.
    public int probes() {
        return serials.length;
    }

    /// The length of a probe, ascending.
    ///
    /// @param index of the probe
    public int probeBytes(int index) {
        return index < LADDER_BYTES.length ? Math.min(LADDER_BYTES[index], longestProbeBytes()) : longestProbeBytes();
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
        if (raising && answeredBytes > bytes) {
            bytes = answeredBytes;
            proven = true;
            doubts = 0;
        }
        if (answeredBytes == longestProbeBytes()) {
            // It was not the length.
            probing = false;
        }
    }

    /// Takes the longest that was answered, if any was.
    private void settle(long nowNanos) {
        if (probing && !raising && answeredBytes > 0) {
            bytes = answeredBytes;
            shortSinceNanos = nowNanos;
        }
        probing = false;
    }
}
