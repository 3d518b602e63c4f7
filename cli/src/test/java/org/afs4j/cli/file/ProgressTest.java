package org.afs4j.cli.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void tellsHowMuchOfHowMuchAndHowFast() {
        assertThat(Progress.line("f", 512L << 20, 2048L << 20, 4_000_000_000L)).isEqualTo("f: 512 of 2048 MiB (25 %), 128.0 MiB/s");
    }

    @Test
    void tellsHowMuchWhereTheEndIsNotKnown() {
        assertThat(Progress.line("-", 3L << 20, -1, 2_000_000_000L)).isEqualTo("-: 3 MiB, 1.5 MiB/s");
    }
}
