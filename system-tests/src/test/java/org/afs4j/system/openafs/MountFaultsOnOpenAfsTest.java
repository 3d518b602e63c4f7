package org.afs4j.system.openafs;

import org.afs4j.system.contract.CellUnderTest;
import org.afs4j.system.contract.MountFaultsContract;

/// Faults under a mount of a real OpenAFS cell.
@WithOpenAfsCell
class MountFaultsOnOpenAfsTest extends MountFaultsContract {
    private final CellUnderTest cell;

    MountFaultsOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }
}
