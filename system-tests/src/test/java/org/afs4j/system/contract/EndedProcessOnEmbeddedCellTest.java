package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.afs4j.protocol.Fid;

/// Processes that are ended while they hold promises of the embedded cell.
class EndedProcessOnEmbeddedCellTest extends EndedProcessContract {
    @SuppressWarnings("NullAway.Init") // before each test
    private EmbeddedCellUnderTest cell;

    @Override
    protected CellUnderTest startCell() throws IOException {
        cell = new EmbeddedCellUnderTest();
        return cell;
    }

    /// A break has been answered before the change that draws it is.
    @Override
    protected long awaitBreaks(Fid fid, long atLeast) {
        long sent = cell.breaksSent();
        assertThat(sent).isGreaterThanOrEqualTo(atLeast);
        return sent;
    }

    @Override
    protected void assertPromisesGivenUp() {
        assertThat(cell.calls("GiveUpAllCallBacks")).as("by the process, and by nobody else yet").isEqualTo(1);
    }
}
