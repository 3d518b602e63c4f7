package org.afs4j.system.contract;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Everyday programs on a mount of the embedded cell.
class ProgramsOnEmbeddedCellTest extends ProgramsOnMountContract {
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

    @Override
    protected int manyFiles() {
        return 20_000;
    }
}
