package org.afs4j.system.contract;

import java.io.IOException;

/// File locks on the embedded cell over UDP.
class LocksOnEmbeddedCellTest extends AfsLocksContract {
    @Override
    protected CellUnderTest startCell() throws IOException {
        return new EmbeddedCellUnderTest();
    }
}
