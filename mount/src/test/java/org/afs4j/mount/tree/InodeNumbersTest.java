package org.afs4j.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.afs4j.protocol.Fid;
import org.junit.jupiter.api.Test;

class InodeNumbersTest {
    private static final Fid FILE = new Fid(0x20000001, 42, 7);

    @Test
    void areTheSameEachTime() {
        assertThat(new InodeNumbers().number("a.cell", FILE)).isEqualTo(0x20000001_0000002aL);
        assertThat(new InodeNumbers().number("a.cell", FILE)).isEqualTo(new InodeNumbers().number("a.cell", FILE));
    }

    @Test
    void differWhereTwoCellsHaveAVolumeOfTheSameId() {
        InodeNumbers numbers = new InodeNumbers();
        long first = numbers.number("a.cell", FILE);
        long second = numbers.number("b.cell", FILE);
        assertThat(second).isNotEqualTo(first);
        assertThat(numbers.number("a.cell", FILE)).isEqualTo(first);
        assertThat(numbers.number("b.cell", FILE)).isEqualTo(second);
    }
}
