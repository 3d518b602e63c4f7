package org.afs4j.system.openafs;

import java.io.IOException;
import org.afs4j.system.contract.CellUnderTest;
import org.afs4j.system.contract.MountFaultsContract;

/// Faults under a mount of a real OpenAFS cell.
@WithOpenAfsCell
class MountFaultsOnOpenAfsTest extends MountFaultsContract {
    private final OpenAfsCellUnderTest cell;

    MountFaultsOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }

    @Override
    protected void stopCell() throws IOException {
        cell.cell().ensureServing();
    }
}
