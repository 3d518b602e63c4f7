package org.afs4j.system.contract;

import java.io.IOException;

/// A mount of the embedded cell.
class MountOnEmbeddedCellTest extends MountContract {
    @Override
    protected CellUnderTest startCell() throws IOException {
        return new EmbeddedCellUnderTest();
    }
}
