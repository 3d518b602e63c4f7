package org.afs4j.system.openafs;

import org.afs4j.system.contract.CellUnderTest;
import org.afs4j.system.contract.ProgramsOnMountContract;

/// Everyday programs on a mount of a real OpenAFS cell.
@WithOpenAfsCell
class ProgramsOnOpenAfsTest extends ProgramsOnMountContract {
    private final CellUnderTest cell;

    ProgramsOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }

    @Override
    protected int manyFiles() {
        return 4_000;
    }
}
