package org.afs4j.system.openafs;

import org.afs4j.system.contract.CellUnderTest;
import org.afs4j.system.contract.MountContract;

/// A mount of a real OpenAFS cell.
@WithOpenAfsCell
class MountOnOpenAfsTest extends MountContract {
    private final CellUnderTest cell;

    MountOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }
}
