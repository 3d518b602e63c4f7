package org.afs4j.cell;

import java.util.Random;
import org.afs4j.cell.store.SimulatedDisk;
import org.afs4j.cell.store.StoreSync;

/// A process's death is a loss of power, which takes all that was not forced to the disk.
class RestartOnSimulatedDiskTest extends RestartContract {
    @Override
    void runAcrossDeaths(CellLab.Body... bodies) {
        SimulatedDisk disk = new SimulatedDisk();
        Random random = new Random(3);
        for (CellLab.Body body : bodies) {
            CellLab.inSimulation(13, builder -> builder.store(disk.open(StoreSync.ALWAYS)).checkContents(), lab -> {
                body.run(lab);
                disk.losePower(random);
            });
        }
    }
}
