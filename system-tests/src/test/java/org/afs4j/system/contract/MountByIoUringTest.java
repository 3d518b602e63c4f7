package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.afs4j.system.mount.CProgram;
import org.afs4j.system.mount.MappedReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A mount whose requests come by io_uring. The whole of [MountContract] is run over it by hand (`docs/TESTING.md`).
class MountByIoUringTest extends MountOnCell {
    private static final Path PARAMETER = Path.of("/sys/module/fuse/parameters/enable_uring");
    private static final long SEED = new Random().nextLong(1_000_000);

    private @Nullable EmbeddedCellUnderTest cell;

    @BeforeAll
    static void skipWhereItIsNotOffered() throws IOException {
        if (!Files.isReadable(PARAMETER) || !Files.readString(PARAMETER).startsWith("Y")) {
            String remedy = "echo Y > " + PARAMETER;
            System.err.println("SKIPPED, the kernel does not offer FUSE_OVER_IO_URING: " + remedy);
            Assumptions.abort("no FUSE_OVER_IO_URING: " + remedy);
        }
    }

    @Override
    protected CellUnderTest startCell() throws IOException {
        EmbeddedCellUnderTest started = new EmbeddedCellUnderTest();
        cell = started;
        return started;
    }

    @Override
    protected void stopCell() throws IOException {
        if (cell != null) {
            cell.close();
        }
    }

    @Override
    String[] mountOptions() {
        return new String[] {"-o", "io_uring=on"};
    }

    @Test
    void aProgramThatOnlyReadsMemorySeesEveryChangeOfAThirdParty_MM3() throws IOException {
        run("head -c 4096 /dev/zero > watched");
        try (MappedReader reader = MappedReader.start(mount().mountPoint().resolve(directory()).resolve("watched"), 20)) {
            for (int change = 1; change <= 20; change++) {
                cell().thirdParty().overwrite(afsPath("watched"), 0, new byte[] {(byte) change});
                assertThat(reader.nextByte()).as("change %d", change).isEqualTo(change);
            }
        }
    }

    @Test
    void aFileExercisedInEveryWayIsWhatAnArrayIs() throws IOException {
        Path exerciser = CProgram.build("file-exerciser");
        try {
            assertThat(run(exerciser + " 3000 " + SEED + " 300000 $PWD/exercised")).contains("no mismatch");
        } finally {
            Files.delete(exerciser);
        }
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

    @Test
    void whoWaitsForALockCanBeKilled() throws IOException {
        assertThat(run("""
                exec 3<> f; flock 3
                flock f true 3<&- & flock -s f true 3<&- &
                kill %1 %2; wait %1 || echo killed; wait %2 || echo killed
                flock -u 3; flock f echo free
                """)).isEqualTo("killed\nkilled\nfree\n");
    }
}
