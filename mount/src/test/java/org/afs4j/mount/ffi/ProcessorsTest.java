package org.afs4j.mount.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
    @Test
    void countsThoseOfAList() throws IOException {
        assertThat(Processors.count("0")).isEqualTo(1);
        assertThat(Processors.count("0-1")).isEqualTo(2);
        assertThat(Processors.count("0-3,8,16-17")).isEqualTo(7);
    }

    @Test
    void refusesWhatIsNoList() {
        for (String wrong : new String[] {"", "x", "3-1", "0-1-2", "0,", "-1", "0-2147483647,0-2147483647"}) {
            assertThatThrownBy(() -> Processors.count(wrong)).as(wrong).isInstanceOf(IOException.class);
        }
    }
}
