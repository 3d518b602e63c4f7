package org.afs4j.testkit.pagecache.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One step of a script.
///
/// @param thread which thread does it, from 0; each does its own in the order of the script
/// @param kind what it does
/// @param file to which file, from 0
/// @param other the other file, of a copy
/// @param at where, in bytes
/// @param to where to, of a copy
/// @param length of how many bytes, 1 or more
/// @param value what the bytes are that it writes
record Operation(int thread, Kind kind, int file, int other, int at, int to, int length, byte value) {
    static final int THREADS = 4;
    static final int FILES = 3;
    static final int MOST_BYTES = 60_000;

    private static final int LONGEST = 12_000;
    private static final int SHORT = 40;

    /// What can be done.
    enum Kind {
        READ, WRITE, MAPPED_READ, MAPPED_WRITE, PIN, TRUNCATE, PUNCH, COLLAPSE, INSERT, RESTORE, COPY, SYNC, SYNC_RANGE, EVICT, NEED,
        BREAK, CHANGE_BY_OTHER, COMPARE;

        /// The kinds, those of every day more often.
        private static final List<Kind> DRAWN = drawn();

        private static List<Kind> drawn() {
            List<Kind> kinds = new ArrayList<>(List.of(values()));
            kinds.addAll(List.of(READ, READ, READ, WRITE, WRITE, WRITE, MAPPED_READ, MAPPED_READ, MAPPED_WRITE));
            return List.copyOf(kinds);
        }
    }

    /// A script of some operations.
    static List<Operation> script(long seed, int count) {
        Random random = new Random(seed);
        List<Operation> script = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = 1 + random.nextInt(random.nextInt(4) == 0 ? LONGEST : SHORT);
            script.add(new Operation(
                    random.nextInt(THREADS),
                    Kind.DRAWN.get(random.nextInt(Kind.DRAWN.size())),
                    random.nextInt(FILES),
                    random.nextInt(FILES),
                    random.nextInt(MOST_BYTES - length),
                    random.nextInt(MOST_BYTES - length),
                    length,
                    (byte) (1 + random.nextInt(100))));
        }
        return script;
    }

    int end() {
        return at + length;
    }
}
