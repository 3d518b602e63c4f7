package org.afs4j.system.openafs;

import java.io.IOException;
import org.afs4j.system.contract.AfsLocksContract;
import org.afs4j.system.contract.CellUnderTest;

/// File locks on a real OpenAFS cell.
@WithOpenAfsCell
class LocksOnOpenAfsTest extends AfsLocksContract {
    private final OpenAfsCellUnderTest cell;

    LocksOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
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
