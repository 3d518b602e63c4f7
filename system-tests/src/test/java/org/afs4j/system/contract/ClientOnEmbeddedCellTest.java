package org.afs4j.system.contract;

import java.io.IOException;

/// The client on the embedded cell over UDP.
class ClientOnEmbeddedCellTest extends AfsClientContract {
    @Override
    protected CellUnderTest startCell() throws IOException {
        return new EmbeddedCellUnderTest();
    }
}
