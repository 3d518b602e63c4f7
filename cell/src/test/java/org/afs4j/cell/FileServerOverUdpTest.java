package org.afs4j.cell;

import java.util.function.UnaryOperator;

class FileServerOverUdpTest extends FileServerContract {
    @Override
    void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) throws Exception {
        CellLab.onUdp(settings, body);
    }
}
