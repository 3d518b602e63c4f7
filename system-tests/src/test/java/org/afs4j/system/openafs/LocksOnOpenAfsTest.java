package org.afs4j.system.openafs;

import org.afs4j.system.contract.AfsLocksContract;
import org.afs4j.system.contract.CellUnderTest;

/// File locks on a real OpenAFS cell.
@WithOpenAfsCell
class LocksOnOpenAfsTest extends AfsLocksContract {
    private final CellUnderTest cell;

    LocksOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }
}
