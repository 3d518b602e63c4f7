package org.afs4j.cell;

import java.util.function.UnaryOperator;

class CallbackOverUdpTest extends CallbackContract {
    @Override
    void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) throws Exception {
        CellLab.onUdp(settings, body);
    }
}
