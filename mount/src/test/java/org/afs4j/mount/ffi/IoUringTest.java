package org.afs4j.mount.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.afs4j.protocol.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IoUringTest {
    @SuppressWarnings("NullAway.Init") // before each test
    private IoUring ring;

    @BeforeEach
    void open() {
        try {
            ring = IoUring.open(4);
        } catch (IOException refused) {
            System.err.println("SKIPPED, no io_uring here: " + refused.getMessage());
            Assumptions.abort("no io_uring: " + refused.getMessage());
        }
    }

    @AfterEach
    void close() {
        if (ring != null) {
            ring.close();
        }
    }

    @Test
    void tellsOnceOfASignalHoweverOftenItIsAskedFor() throws IOException {
        WakeSignal signal = WakeSignal.open();
        for (int round = 1; round <= 100; round++) {
            ring.poll(signal, round);
            ring.submit();
            assertThat(ring.next()).as("round %d: it is not set yet", round).isFalse();
            signal.set();
            ring.await();
            assertThat(ring.next()).isTrue();
            assertThat(ring.userData()).isEqualTo(round);
            assertThat(ring.result()).isPositive();
            assertThat(ring.next()).isFalse();
            signal.clear();
        }
    }

    @Test
    void takesMoreThanItHasRoomForBySubmittingInBetween() throws IOException {
        WakeSignal signal = WakeSignal.open();
        signal.set();
        for (int i = 0; i < 6; i++) {
            ring.poll(signal, i);
        }
        long seen = 0;
        for (int count = 0; count < 6; ) {
            ring.await();
            while (ring.next()) {
                seen |= 1L << ring.userData();
                count++;
            }
        }
        assertThat(seen).isEqualTo(0b111111);
    }

    @Test
    void aDescriptorThatTakesNoCommandsRefusesThem() throws IOException {
        WakeSignal signal = WakeSignal.open();
        ring.command(signal.descriptor(), 1, null, 0, 42).fill((byte) 0);
        ring.await();
        assertThat(ring.next()).isTrue();
        assertThat(ring.userData()).isEqualTo(42);
        assertThat(-ring.result()).isEqualTo(Errno.EOPNOTSUPP.number());
    }
}
