package org.afs4j.client.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Fid;
import org.junit.jupiter.api.Test;

class AfsErrorWordsTest {
    private static final AfsContext WHERE =
            new AfsContext(null, "a.cell", "user.x", new Fid(536870913, 3, 1), "10.0.0.1:7000", "FetchStatus");

    @Test
    void namesTheErrorTheProcedureAndThePlace() {
        assertThat(new AfsFileException(AfsError.VNOVNODE, WHERE))
                .hasMessage("VNOVNODE (102): FetchStatus of 536870913.3.1 (cell a.cell, volume user.x, server 10.0.0.1:7000): no such vnode");
    }

    @Test
    void namesThePathOnceItIsKnownAndKeepsTheCause() {
        AfsFileException failure = new AfsFileException(AfsError.UAENOENT, WHERE);
        failure.initCause(new IllegalStateException("below"));
        assertThat(failure.at("/afs/a.cell/x"))
                .hasMessageStartingWith("ENOENT (49733377): FetchStatus of /afs/a.cell/x (cell a.cell, volume user.x, fid 536870913.3.1")
                .hasRootCauseMessage("below");
    }

    @Test
    void listsEveryServerTried() {
        assertThat(new AfsUnreachableException(List.of("10.0.0.1:7000: silent", "10.0.0.2:7000: silent"), WHERE))
                .hasMessageContaining("tried 10.0.0.1:7000: silent; 10.0.0.2:7000: silent")
                .hasMessageContaining("cell a.cell");
    }
}
