package org.afs4j.cell.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FileContentsTest {
    private static final FileKey KEY = new FileKey(1, 2, 3);

    private static byte[] read(FileContents.Range range) throws CellStoreException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (range) {
            range.writeTo((ByteBuffer bytes) -> {
                byte[] part = new byte[bytes.remaining()];
                bytes.get(part);
                out.writeBytes(part);
            });
        }
        return out.toByteArray();
    }

    private static void write(FileContents contents, long offset, byte[] bytes) throws CellStoreException {
        try (FileContents.Incoming incoming = contents.incoming(offset)) {
            for (int from = 0; from < bytes.length; ) {
                int to = Math.min(bytes.length, from + incoming.room());
                incoming.add(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            contents.write(incoming);
        }
    }

    private static List<CellStore> stores() {
        return List.of(new HeapStore(), new SimulatedDisk().open(StoreSync.DELAYED));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void equalsAnArrayThroughWritesAndTruncations(CellStore store) throws CellStoreException {
        Random random = new Random(3);
        FileContents contents = new FileContents(store.file(KEY));
        byte[] model = new byte[0];
        for (int step = 0; step < 1000; step++) {
            if (random.nextInt(4) == 0) {
                int length = random.nextInt(300_000);
                contents.setLength(length);
                model = Arrays.copyOf(model, length);
            } else {
                int offset = random.nextInt(250_000);
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 100 : 150_000)];
                random.nextBytes(bytes);
                write(contents, offset, bytes);
                if (model.length < offset + bytes.length || bytes.length == 0) {
                    model = Arrays.copyOf(model, Math.max(model.length, offset + bytes.length));
                }
                System.arraycopy(bytes, 0, model, offset, bytes.length);
            }
            if (random.nextBoolean()) {
                contents.settle();
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
        contents.release();
        assertThat(store.files()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aRangeStaysAsItWas(CellStore store) throws CellStoreException {
        FileContents contents = new FileContents(store.file(KEY));
        write(contents, 0, new byte[] {1, 2, 3});
        FileContents.Range range = contents.range(0, 3);
        write(contents, 1, new byte[] {9});
        contents.setLength(1);
        contents.settle();
        write(contents, 5, new byte[] {7});
        contents.settle();
        assertThat(read(range)).containsExactly(1, 2, 3);
        assertThat(read(contents.range(0, 9))).containsExactly(1, 0, 0, 0, 0, 7);
    }
}
