package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.afs4j.client.AfsClient;
import org.afs4j.system.mount.MountedCell;
import org.afs4j.system.mount.ProgramUnderFaults;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.Test;

/// What becomes of programs that use a mount while something fails: none is left waiting for good, what `fsync` has acknowledged is
/// there, and the errors are those of the table in `docs/CLI.md`.
public abstract class MountFaultsContract extends MountOnCell {
    private static final int RECORD_BYTES = 65536;
    /// How many records a writer's file has room for, unless it is to grow without a bound.
    private static final int RECORDS = 64;
    private static final int MANY_RECORDS = 1_000_000;

    private static int volumes;

    @Override
    String[] mountOptions() {
        return new String[] {"--probe-interval", "1s", "--dead-timeout", "5s", "--patience", "5s"};
    }

    private static ProgramUnderFaults startWriter(MountedCell on, String file, int records) throws IOException {
        return ProgramUnderFaults.start(
                "acknowledged-writer", on.mountPoint().resolve(file), Integer.toString(RECORD_BYTES), Integer.toString(records));
    }

    private ProgramUnderFaults startWriter() throws IOException {
        return startWriter(mount(), directory() + "/written", RECORDS);
    }

    private ProgramUnderFaults startReader() throws IOException {
        run("head -c 200000 /dev/urandom > read");
        return ProgramUnderFaults.start("faulting-reader", mount().mountPoint().resolve(directory()).resolve("read"));
    }

    /// Finds every record that was acknowledged, by a client that has seen nothing of them before.
    ///
    /// @param writer was ended, perhaps while it wrote the record after its last one
    private void assertAcknowledged(ProgramUnderFaults writer, String afsPath, int records) throws IOException {
        ByteBuffer found;
        try (AfsClient fresh = AfsClient.builder().cell(cell().configuration()).open()) {
            found = ByteBuffer.wrap(ClientOnCell.read(fresh, "/afs/" + afsPath)).order(ByteOrder.LITTLE_ENDIAN);
        }
        long last = writer.lastNumber();
        assertThat(last).isNotNegative();
        // The place of the record under way holds what it held, or that record, or both.
        for (long number = Math.max(0, last - records + 2); number <= last; number++) {
            int at = Math.toIntExact(number % records * RECORD_BYTES);
            assertThat(found.getLong(at)).as("the record at %d, of %d", at, last).isEqualTo(number);
            for (int i = Long.BYTES; i < RECORD_BYTES; i++) {
                if (found.get(at + i) != (byte) ((number * 7 + i) % 251)) {
                    throw new AssertionError("record " + number + " of " + last + " is lost from its byte " + i + " on");
                }
            }
        }
    }

    private void assertAcknowledged(ProgramUnderFaults writer) throws IOException {
        assertAcknowledged(writer, afsPath("written"), RECORDS);
    }

    @Test
    void programsOutliveAServerThatStops() throws IOException {
        try (ProgramUnderFaults writer = startWriter();
                ProgramUnderFaults reader = startReader()) {
            cell().stopFileServer();
            assertThat(writer.awaitFailure()).matches("failed (open|write|fsync) ETIMEDOUT");
            cell().startFileServer();
            writer.goOn();
            assertThat(writer.awaitProgress(5)).allMatch(failure -> failure.endsWith(" ETIMEDOUT"));
            assertThat(reader.awaitProgress(5)).doesNotContain("changed");
            writer.end();
            assertAcknowledged(writer);
        }
    }

    @Test
    void programsEndAndTheMountIsClearedWhenItsDaemonIsKilled() throws IOException {
        try (ProgramUnderFaults writer = startWriter();
                ProgramUnderFaults reader = startReader()) {
            writer.awaitProgress(5);
            mount().signal("KILL");
            assertThat(writer.awaitFailure()).matches("failed (open|write|fsync) (ENOTCONN|ECONNABORTED)");
            assertThat(reader.awaitFailure()).isEqualTo("SIGBUS");
            writer.end();
            reader.end();
            ForeignProgram.of(MountedCell.afs("umount", mount().mountPoint().toString()).toArray(String[]::new)).run().orThrow();
            try (MountedCell again = MountedCell.mount(cell().configuration())) {
                again.run("tail -c 1 \"$1/written\" | wc -c", directory());
            }
            assertAcknowledged(writer);
        }
    }

    /// The daemon is stopped for longer than the dead time: when it goes on, nothing has timed out that it just could not see.
    @Test
    void programsWaitForADaemonThatIsStoppedAndCanBeKilled() throws IOException {
        try (ProgramUnderFaults writer = startWriter();
                ProgramUnderFaults reader = startReader()) {
            mount().signal("STOP");
            try {
                // Ends only by its being killed: nobody reads its request.
                assertThat(mount().shell("exec timeout -s KILL 7 stat \"$1/never-asked-for\"", directory()).run().exitCode()).isEqualTo(137);
            } finally {
                mount().signal("CONT");
            }
            assertThat(writer.awaitProgress(5)).isEmpty();
            assertThat(reader.awaitProgress(5)).isEmpty();
            writer.end();
            assertAcknowledged(writer);
        }
    }

    @Test
    void aSmallPageCacheServesLargeFiles() throws IOException {
        RequiredProgram.orSkip("/usr/bin/fio", "fio");
        try (MountedCell small = MountedCell.mount(cell().configuration(), "--cache-size", "16M");
                ProgramUnderFaults writer = startWriter(small, directory() + "/written", RECORDS)) {
            assertThat(small.run("""
                    cd "$1"
                    local=$(mktemp); trap 'rm "$local"' EXIT
                    head -c 40000001 /dev/urandom > $local; cp $local a; cp a b; cmp $local b; cmp a $local
                    fio --name=v --size=24M --bsrange=16k-256k --rw=randwrite --ioengine=mmap --randseed=7 --verify=crc32c --verify_fatal=1 \\
                        --verify_state_save=0 --end_fsync=1 | grep -o 'err= 0'
                    """, directory())).isEqualTo("err= 0\n");
            assertThat(writer.awaitProgress(5)).isEmpty();
            writer.end();
            assertAcknowledged(writer);
        }
    }

    @Test
    void aVolumeWhoseQuotaIsExceededRefusesAndGoesOnWhenThereIsRoom() throws IOException {
        String name = "quota" + ProcessHandle.current().pid() + "n" + ++volumes;
        cell().makeSmallVolume(name, 2048);
        try (MountedCell with = MountedCell.mount(cell().configuration())) {
            with.run("head -c 900000 /dev/zero > \"$1/ballast\"", name);
            try (ProgramUnderFaults writer = startWriter(with, name + "/written", MANY_RECORDS)) {
                assertThat(writer.awaitFailure()).matches("failed (write|fsync) EDQUOT");
                with.run("rm \"$1/ballast\"", name);
                writer.goOn();
                assertThat(writer.awaitProgress(2)).allMatch(failure -> failure.endsWith(" EDQUOT"));
                writer.end();
                assertAcknowledged(writer, cell().configuration().name() + "/" + name + "/written", MANY_RECORDS);
            }
        }
    }

    @Test
    void aDiskThatIsFullRefusesAndGoesOnWhenThereIsRoom() throws IOException {
        String name = "disk" + ProcessHandle.current().pid() + "n" + ++volumes;
        cell().makeVolumeOnItsOwnDisk(name);
        try (MountedCell with = MountedCell.mount(cell().configuration());
                ProgramUnderFaults writer = startWriter(with, name + "/written", MANY_RECORDS)) {
            writer.awaitProgress(5);
            cell().fillDisk(name, true);
            assertThat(writer.awaitFailure()).matches("failed (write|fsync) ENOSPC");
            cell().fillDisk(name, false);
            writer.goOn();
            assertThat(writer.awaitProgress(2)).allMatch(failure -> failure.endsWith(" ENOSPC"));
            writer.end();
            assertAcknowledged(writer, cell().configuration().name() + "/" + name + "/written", MANY_RECORDS);
        }
    }

    @Test
    void programsOutliveANetworkThatIsCut() throws IOException {
        try (ProgramUnderFaults writer = startWriter();
                ProgramUnderFaults reader = startReader()) {
            cell().cutNetwork(true);
            try {
                assertThat(writer.awaitFailure()).matches("failed (open|write|fsync) ETIMEDOUT");
            } finally {
                cell().cutNetwork(false);
            }
            writer.goOn();
            assertThat(writer.awaitProgress(5)).allMatch(failure -> failure.endsWith(" ETIMEDOUT"));
            assertThat(reader.awaitProgress(5)).doesNotContain("changed");
            writer.end();
            assertAcknowledged(writer);
        }
    }
}
