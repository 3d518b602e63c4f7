package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FileContentsTest {
    private static byte[] read(FileContents.Range range) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        range.writeTo((ByteBuffer bytes) -> {
            byte[] part = new byte[bytes.remaining()];
            bytes.get(part);
            out.writeBytes(part);
        });
        return out.toByteArray();
    }

    private static FileContents.Incoming incoming(long offset, byte[] bytes) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + FileContents.Incoming.room(offset + from));
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return new FileContents.Incoming(offset, pieces);
    }

    @Test
    void equalsAnArrayThroughWritesAndTruncations() {
        Random random = new Random(3);
        FileContents contents = new FileContents();
        byte[] model = new byte[0];
        for (int step = 0; step < 2000; step++) {
            if (random.nextInt(4) == 0) {
                int length = random.nextInt(300_000);
                contents.setLength(length);
                model = Arrays.copyOf(model, length);
            } else {
                int offset = random.nextInt(250_000);
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 100 : 150_000)];
                random.nextBytes(bytes);
                contents.write(incoming(offset, bytes));
                if (model.length < offset + bytes.length || bytes.length == 0) {
                    model = Arrays.copyOf(model, Math.max(model.length, offset + bytes.length));
                }
                System.arraycopy(bytes, 0, model, offset, bytes.length);
            }
            int from = random.nextInt(300_000);
            int to = from + random.nextInt(100_000);
            byte[] expected = from >= model.length
                    ? new byte[0]
                    : Arrays.copyOfRange(model, from, Math.min(to, model.length));
            assertThat(read(contents.range(from, to - from))).isEqualTo(expected);
        }
        assertThat(contents.lengthBytes()).isEqualTo(model.length);
        assertThat(read(contents.range(0, Long.MAX_VALUE))).isEqualTo(model);
    }

    @Test
    void aRangeStaysAsItWas() {
        FileContents contents = new FileContents();
        contents.write(incoming(0, new byte[] {1, 2, 3}));
        FileContents.Range range = contents.range(0, 3);
        contents.write(incoming(1, new byte[] {9}));
        contents.setLength(1);
        assertThat(read(range)).containsExactly(1, 2, 3);
        assertThat(read(contents.range(0, 3))).containsExactly(1);
    }
}
