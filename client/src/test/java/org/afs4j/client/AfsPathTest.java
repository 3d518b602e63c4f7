package org.afs4j.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.afs4j.client.error.AfsPathException;
import org.junit.jupiter.api.Test;

class AfsPathTest {
    @Test
    void dropsEmptyNamesAndDotsButKeepsDotDot() throws Exception {
        assertThat(AfsPath.parse("/afs//a.cell/./b/../c/").names()).containsExactly("a.cell", "b", "..", "c");
    }

    @Test
    void knowsTheListOfCells() throws Exception {
        assertThat(AfsPath.parse("/afs").isRoot()).isTrue();
        assertThat(AfsPath.parse("/afs/").isRoot()).isTrue();
        assertThat(AfsPath.parse("/afs").parent().toString()).isEqualTo("/afs");
    }

    @Test
    void goesUpAndDown() throws Exception {
        AfsPath path = AfsPath.parse("/afs/c/d");
        assertThat(path.resolve("e").toString()).isEqualTo("/afs/c/d/e");
        assertThat(path.parent().toString()).isEqualTo("/afs/c");
        assertThat(path.name()).isEqualTo("d");
    }

    @Test
    void refusesWhatIsNoPathInAfsAndSaysHowOneBegins() {
        for (String text : new String[] {"", "afs/c", "/afsx", "/home/u", "/afs/c/\0"}) {
            assertThatThrownBy(() -> AfsPath.parse(text)).as(text).isInstanceOf(AfsPathException.class);
        }
        assertThatThrownBy(() -> AfsPath.parse("/home/u")).hasMessage("/home/u: a path begins with /afs/CELL");
    }
}
