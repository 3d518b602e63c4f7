package org.afs4j.system.contract;

import java.io.IOException;

/// Files and directories on the embedded cell over UDP.
class FilesOnEmbeddedCellTest extends AfsFilesContract {
    @Override
    protected CellUnderTest startCell() throws IOException {
        return new EmbeddedCellUnderTest();
    }

    @Override
    protected int manyEntries() {
        return 60_000;
    }
}
