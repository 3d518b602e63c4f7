package org.afs4j.system.openafs;

import org.afs4j.system.contract.AfsFilesContract;
import org.afs4j.system.contract.CellUnderTest;

/// Files and directories on a real OpenAFS cell.
@WithOpenAfsCell
class FilesOnOpenAfsTest extends AfsFilesContract {
    private final CellUnderTest cell;

    FilesOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }

    @Override
    protected int manyEntries() {
        return 3_000;
    }
}
