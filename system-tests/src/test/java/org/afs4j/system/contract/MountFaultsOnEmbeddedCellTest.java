package org.afs4j.system.contract;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Faults under a mount of the embedded cell.
class MountFaultsOnEmbeddedCellTest extends MountFaultsContract {
    private @Nullable EmbeddedCellUnderTest cell;

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
}
