package org.afs4j.testkit.pagecache.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.testkit.pagecache.InMemoryBacking;
import org.junit.jupiter.api.Test;

/// What a failing model test prints.
class ShrinkerTest {
    /// A backing that loses what is written at or after an offset.
    private record Lossy(InMemoryBacking server, long fromBytes) implements PageBacking {
        @Override
        public void fill(long offsetBytes, MemorySegment destination) throws IOException {
            server.fill(offsetBytes, destination);
        }

        @Override
        public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
            boolean lost = offsetBytes >= fromBytes;
            server.writeBack(offsetBytes, lost ? source.asSlice(0, 0) : source, fileSizeBytes);
        }

        @Override
        public void validate() throws IOException {
            server.validate();
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
    void leavesOfAScriptWhatMakesItFail() {
        List<Operation> script = Operation.script(1, 100);
        Operation first = script.get(20);
        Operation second = script.get(70);
        assertThat(Shrinker.shrink(script, shorter -> shorter.contains(first) && shorter.contains(second)))
                .containsExactly(first, second);
    }

    @Test
    void aBackingThatLosesAWriteIsFoundByAScriptOfOneOperation() {
        ModelRun run = new ModelRun(2, (server, _) -> new Lossy(server, 4096));
        assertThatThrownBy(() -> ThreadedModelContract.check(run, Operation.script(2, 250)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 2 fails with 1 operations")
                .hasMessageContaining("WRITE");
    }
}
