package org.afs4j.system.openafs;

import org.afs4j.system.contract.AfsClientContract;
import org.afs4j.system.contract.CellUnderTest;

/// The client on a real OpenAFS cell.
@WithOpenAfsCell
class ClientOnOpenAfsTest extends AfsClientContract {
    private final CellUnderTest cell;

    ClientOnOpenAfsTest(OpenAfsCell cell, AfsdFuseMount mount) {
        this.cell = new OpenAfsCellUnderTest(cell, mount);
    }

    @Override
    protected CellUnderTest startCell() {
        return cell;
    }
}
