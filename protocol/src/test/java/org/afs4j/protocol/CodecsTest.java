package org.afs4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;
import org.junit.jupiter.api.Test;

class CodecsTest {
    private static final long SEED = 0x5eed_0002L;
    private static final int MUTATIONS = 1_000_000;
    /// The largest layout is the client's statistics: 2048 words, each of which becomes an object.
    private static final long ALLOCATION_LIMIT_BYTES = 128 * 1024;

    @Test
    void everyCodecGivesBackWhatItWrote() throws IOException {
        for (Codecs.Codec codec : Codecs.all(new RandomValues(new Random(SEED)))) {
            for (int i = 0; i < 500; i++) {
                XdrValue value = codec.sample().get();
                XdrReader in = new XdrReader(Codecs.encode(value));
                assertThat(codec.decoder().decode(in)).as("%s, seed %d", codec, SEED).isEqualTo(value);
                in.end();
            }
        }
    }

    @Test
    void everyCodecRefusesEveryTruncation() {
        for (Codecs.Codec codec : Codecs.all(new RandomValues(new Random(SEED)))) {
            byte[] bytes = Codecs.encode(codec.sample().get());
            for (int length = 0; length < bytes.length; length++) {
                XdrReader in = new XdrReader(ByteBuffer.wrap(bytes, 0, length));
                assertThatThrownBy(() -> codec.decoder().decode(in))
                        .as("%s cut to %d of %d bytes", codec, length, bytes.length)
                        .isInstanceOf(XdrException.class);
            }
        }
    }

    @Test
    void aMillionMutatedInputsGiveAValueOrAnXdrExceptionWithinTheAllocationLimit() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Random random = new Random(SEED);
        List<Codecs.Codec> codecs = Codecs.all(new RandomValues(random));
        byte[][] corpus = new byte[codecs.size()][];
        int values = 0;
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            int which = i % codecs.size();
            // A value serves several mutations: making one takes longer than reading it.
            if (corpus[which] == null || random.nextInt(16) == 0) {
                corpus[which] = Codecs.encode(codecs.get(which).sample().get());
            }
            byte[] bytes = mutated(corpus[which], random);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                codecs.get(which).decoder().decode(new XdrReader(bytes));
                values++;
            } catch (XdrException e) {
                refused++;
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated > ALLOCATION_LIMIT_BYTES) {
                throw new AssertionError(
                        codecs.get(which) + " allocated " + allocated + " bytes at input " + i + ", seed " + SEED);
            }
        }
        assertThat(values).isGreaterThan(MUTATIONS / 10);
        assertThat(refused).isGreaterThan(MUTATIONS / 10);
        assertThat(values + refused).isEqualTo(MUTATIONS);
    }

    @Test
    void aCountBeyondTheBoundIsRefusedBeforeItsElementsAreRead() {
        XdrWriter out = new XdrWriter();
        out.int32(Limits.BULK_COUNT + 1);
        assertThatThrownBy(() -> FileServerRequest.Bulk.decode(new XdrReader(out.toBytes())))
                .isInstanceOf(XdrException.class)
                .hasMessage("a count of 51, at most 50 allowed");
    }

    @Test
    void aListBeyondTheBoundIsNotWritten() {
        FileServerRequest.Bulk bulk = new FileServerRequest.Bulk(Collections.nCopies(51, new Fid(1, 2, 3)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codecs.encode(bulk))
                .withMessage("51 given, at most 50 allowed");
    }

    @Test
    void aNameBeyondTheBoundIsNotWritten() {
        FileServerRequest.OfName request = new FileServerRequest.OfName(new Fid(1, 1, 1), "n".repeat(257));
        assertThatIllegalArgumentException().isThrownBy(() -> Codecs.encode(request));
    }

    @Test
    void aStatusOfAnUnknownTypeIsRefusedUnlessItCarriesAnError() throws IOException {
        XdrWriter out = new XdrWriter();
        for (int word = 0; word < 20; word++) {
            out.int32(word == 1 ? 77 : word == 19 ? -1 : 5);
        }
        byte[] words = out.toBytes();
        byte[] bad = Arrays.copyOf(words, FetchStatus.WIRE_BYTES);
        assertThatThrownBy(() -> FetchStatus.decode(new XdrReader(bad))).isInstanceOf(XdrException.class);
        bad[83] = 13;
        assertThat(FetchStatus.decode(new XdrReader(bad))).isEqualTo(FetchStatus.ofError(13));
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutated = Arrays.copyOf(bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length);
        int changes = mutated.length == 0 ? 0 : random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(mutated.length);
            if (random.nextBoolean() || mutated.length < 4) {
                mutated[at] = (byte) random.nextInt();
            } else {
                int word = Math.min(at & ~3, mutated.length - 4);
                int[] extremes = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 50, 51, 1024, 1025, 0x00ff_ffff};
                ByteBuffer.wrap(mutated).putInt(word, extremes[random.nextInt(extremes.length)]);
            }
        }
        return mutated;
    }
}
