package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.afs4j.protocol.Fid;
import org.afs4j.system.contract.CellUnderTest;
import org.afs4j.system.contract.EndedProcessContract;
import org.junit.jupiter.api.AfterEach;

/// Processes that are ended while they hold promises of a real OpenAFS cell: what its server sends them is read off the wire.
@WithOpenAfsCell
class EndedProcessOnOpenAfsTest extends EndedProcessContract {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final OpenAfsCellUnderTest cell;

    @SuppressWarnings("NullAway.Init") // before each test
    private CallbackWatch watch;

    EndedProcessOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() throws IOException {
        watch = cell.cell().watchCallbacks();
        return cell;
    }

    @AfterEach
    void endTheWatch() {
        watch.close();
    }

    @Override
    protected long awaitBreaks(Fid fid, long atLeast) throws IOException {
        long[] seen = new long[1];
        String last = atLeast == 0 ? "" : watch.await(line -> isBreak(line, fid) && ++seen[0] >= atLeast, PATIENCE);
        assertThat(last).as("calls seen: %s", watch.calls()).isNotNull();
        return watch.calls().stream().filter(line -> isBreak(line, fid)).count();
    }

    private static boolean isBreak(String line, Fid fid) {
        String told = " " + fid.volumeId() + "." + fid.vnode() + "." + fid.uniquifier() + " ";
        return line.contains(" CallBack ") && (line + " ").contains(told);
    }

    /// What the wire shows afterwards is all that can be told.
    @Override
    protected void assertPromisesGivenUp() {}
}
