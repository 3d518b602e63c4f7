package org.afs4j.system.contract;

import java.io.IOException;

/// Faults under a mount of the embedded cell.
class MountFaultsOnEmbeddedCellTest extends MountFaultsContract {
    @Override
    protected CellUnderTest startCell() throws IOException {
        return new EmbeddedCellUnderTest();
    }
}
