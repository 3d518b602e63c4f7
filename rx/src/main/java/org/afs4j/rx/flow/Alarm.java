package org.afs4j.rx.flow;

/// A moment at which something is to be done, or none.
public final class Alarm {
    private boolean set;
    private long atNanos;

    /// Makes an alarm that is not set.
    public Alarm() {}

    /// Sets it.
    ///
    /// @param nanos on the world's clock
    public void set(long nanos) {
        set = true;
        atNanos = nanos;
    }

    /// Takes it back.
    public void clear() {
        set = false;
    }

    /// Whether it is set.
    public boolean isSet() {
        return set;
    }

    /// Whether it is set, for now or earlier.
    ///
    /// @param nowNanos now
    public boolean isDue(long nowNanos) {
        return set && nowNanos - atNanos >= 0;
    }

    /// The earlier of a moment and this one, if it is set.
    ///
    /// @param nanos the other moment
    public long earlier(long nanos) {
        return set && atNanos - nanos < 0 ? atNanos : nanos;
    }

    /// When it is; of an alarm that is set.
    public long atNanos() {
        return atNanos;
    }
}
