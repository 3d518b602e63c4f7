package org.afs4j.testkit.pagecache.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.testkit.pagecache.InMemoryBacking;
import org.junit.jupiter.api.Test;

/// PC-7: under which locks the page cache calls the outside, on every path that the model's scripts take: a validation, which may end
/// anywhere, under none; fills and write-backs, which end at a server, under those alone that may be held across calls.
class LockDisciplineTest {
    private static final int SCRIPTS = 20;

    private record Watched(InMemoryBacking server, AtomicInteger calls) implements PageBacking {
        @Override
        public void fill(long offsetBytes, MemorySegment destination) throws IOException {
            checkCall();
            server.fill(offsetBytes, destination);
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
            checkCall();
            server.writeBack(offsetBytes, source, fileSizeBytes);
        }

        @Override
        public void validate() throws IOException {
            assertThat(HeldLocks.none()).isTrue();
            calls.incrementAndGet();
            server.validate();
        }

        private void checkCall() {
            assertThat(HeldLocks.allowCall()).isTrue();
            calls.incrementAndGet();
        }

        @Override
        public boolean isValid() {
            return server.isValid();
        }

        @Override
        public void mappedChanged(boolean mapped) {
            server.mappedChanged(mapped);
        }
    }

    @Test
    void callsTheOutsideUnderNoLockThatItMustNotHold() {
        AtomicInteger calls = new AtomicInteger();
        for (int seed = 0; seed < SCRIPTS; seed++) {
            new ModelRun(seed, (server, _) -> new Watched(server, calls)).run(Operation.script(seed, 250));
        }
        assertThat(calls.get()).isGreaterThan(100 * SCRIPTS);
    }
}
