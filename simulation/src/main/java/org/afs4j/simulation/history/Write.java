package org.afs4j.simulation.history;

import org.jspecify.annotations.Nullable;

/// One change of one place by one client, as far as its client knows: when it was begun, when the client's own reads could see it
/// at the latest, and when the server had it at the latest.
///
/// Threads: its fields belong to the [History] that made it, and are guarded by it.
public final class Write {
    /// The client of what was there before any client came.
    static final int NOBODY = -1;

    /// The tick of what has not come about.
    static final long NEVER = Long.MAX_VALUE;

    private final int client;
    private final String place;
    private @Nullable String value;
    private final long beginTick;
    private long visibleTick = NEVER;
    private long storedTick = NEVER;

    Write(int client, String place, @Nullable String value, long beginTick) {
        this.client = client;
        this.place = place;
        this.value = value;
        this.beginTick = beginTick;
    }

    int client() {
        return client;
    }

    /// What was changed.
    public String place() {
        return place;
    }

    /// What a read of the place sees after it; null if the writer cannot know.
    @Nullable String value() {
        return value;
    }

    void makes(String told) {
        value = told;
    }

    long beginTick() {
        return beginTick;
    }

    long visibleTick() {
        return visibleTick;
    }

    void becomesVisible(long tick) {
        visibleTick = Math.min(visibleTick, tick);
    }

    long storedTick() {
        return storedTick;
    }

    void isStored(long tick) {
        storedTick = Math.min(storedTick, tick);
    }

    /// Whether the server certainly had this before it had a later one: this was stored before the later was begun, or both are of one
    /// client, in this order.
    boolean isBefore(Write later) {
        boolean inOrder = client == later.client && client != NOBODY && visibleTick < later.beginTick;
        return inOrder || storedTick < later.beginTick;
    }

    @Override
    public String toString() {
        String by = client == NOBODY ? "from the start" : "by client " + client + ", begun at " + beginTick;
        return (value == null ? "something" : value) + " (" + by + (storedTick == NEVER ? "" : ", stored by " + storedTick) + ")";
    }
}
