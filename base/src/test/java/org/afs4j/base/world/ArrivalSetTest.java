package org.afs4j.base.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalSetTest {
    @Test
    void isWalkedInTheOrderOfArrivalWhateverTheHashes() {
        ArrivalSet<Object> set = new ArrivalSet<>();
        List<Object> came = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Object member = new Object();
            came.add(member);
            assertThat(set.add(member)).isTrue();
        }
        assertThat(set.add(came.getFirst())).isFalse();
        assertThat(set.inOrder()).isEqualTo(came);
        set.remove(came.remove(50));
        assertThat(set.inOrder()).isEqualTo(came);
        assertThat(set.size()).isEqualTo(99);
    }
}
