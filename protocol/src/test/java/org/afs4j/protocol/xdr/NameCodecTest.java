package org.afs4j.protocol.xdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NameCodecTest {
    @Test
    void everyStringOfOneOrTwoBytesRoundTrips() {
        for (int first = 0; first < 256; first++) {
            assertRoundTrip((byte) first);
            for (int second = 0; second < 256; second++) {
                assertRoundTrip((byte) first, (byte) second);
            }
        }
    }

    @Test
    void randomByteStringsRoundTrip() {
        Random random = new Random(0x5eed);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                // High bytes near each other make well-formed sequences, torn ones and encoded surrogates.
                for (int j = 0; j < bytes.length; j++) {
                    bytes[j] = (byte) (random.nextInt(3) == 0 ? 0xed + random.nextInt(4) : 0x80 | bytes[j]);
                }
            }
            assertRoundTrip(bytes);
        }
    }

    @Test
    void differentByteStringsHaveDifferentStrings() {
        byte[] encodedSurrogate = {(byte) 0xed, (byte) 0xb2, (byte) 0x80};
        assertThat(NameCodec.decode(encodedSurrogate)).isEqualTo("\udced\udcb2\udc80");
        assertThat(NameCodec.decode(new byte[] {(byte) 0x80})).isEqualTo("\udc80");
    }

    @Test
    void utf8IsWhatItStandsFor() {
        String name = "Grüße 日本 🙂.txt";
        assertThat(NameCodec.decode(name.getBytes(StandardCharsets.UTF_8))).isEqualTo(name);
        assertThat(NameCodec.encode(name)).isEqualTo(name.getBytes(StandardCharsets.UTF_8));
        assertThat(NameCodec.byteLength(name)).isEqualTo(name.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void aLoneSurrogateThatStandsForNoByteIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> NameCodec.encode("a\ud800"));
        assertThatIllegalArgumentException().isThrownBy(() -> NameCodec.encode("\udc00"));
        assertThatIllegalArgumentException().isThrownBy(() -> NameCodec.encode("\udc7fb"));
        assertThatIllegalArgumentException().isThrownBy(() -> NameCodec.encode("\udd00"));
    }

    private static void assertRoundTrip(byte... bytes) {
        assertThat(NameCodec.encode(NameCodec.decode(bytes))).isEqualTo(bytes);
    }
}
