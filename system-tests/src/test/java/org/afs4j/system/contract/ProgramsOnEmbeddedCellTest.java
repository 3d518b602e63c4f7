package org.afs4j.system.contract;

import java.io.IOException;

/// Everyday programs on a mount of the embedded cell.
class ProgramsOnEmbeddedCellTest extends ProgramsOnMountContract {
    @Override
    protected CellUnderTest startCell() throws IOException {
        return new EmbeddedCellUnderTest();
    }

    @Override
    protected int manyFiles() {
        return 20_000;
    }
}
