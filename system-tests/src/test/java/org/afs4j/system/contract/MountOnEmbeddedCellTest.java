package org.afs4j.system.contract;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A mount of the embedded cell.
class MountOnEmbeddedCellTest extends MountContract {
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
