package org.afs4j.cell;

import java.util.function.UnaryOperator;

class FileServerSimulationTest extends FileServerContract {
    @Override
    void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) {
        CellLab.inSimulation(11, settings, body);
    }
}
