package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A mount whose requests come by io_uring, and what they alone have to show.
class MountByIoUringTest extends MountOnEmbeddedCellTest {
    private static final Path PARAMETER = Path.of("/sys/module/fuse/parameters/enable_uring");

    @BeforeAll
    static void skipWhereItIsNotOffered() throws IOException {
        if (!Files.isReadable(PARAMETER) || !Files.readString(PARAMETER).startsWith("Y")) {
            String remedy = "echo Y > " + PARAMETER;
            System.err.println("SKIPPED, the kernel does not offer FUSE_OVER_IO_URING: " + remedy);
            Assumptions.abort("no FUSE_OVER_IO_URING: " + remedy);
        }
    }

    @Override
    String[] mountOptions() {
        return Stream.concat(Stream.of(super.mountOptions()), Stream.of("-o", "io_uring=on")).toArray(String[]::new);
    }

    @Override
    String toldCommand() {
        return "mount by io_uring";
    }

    @Test
    void requestsThatWaitKeepNobodyFromBeingServedHoweverManyTheyAre() throws IOException {
        assertThat(run("""
                echo free > other
                exec 3<> f; flock 3
                for i in $(seq 100); do flock -s f true 3<&- & done
                cat other
                for i in $(seq 20); do echo $i > made$i; done; cat made20
                flock -u 3; wait; flock f echo free
                """)).isEqualTo("free\n20\nfree\n");
    }
}
