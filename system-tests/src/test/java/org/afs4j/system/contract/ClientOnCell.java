package org.afs4j.system.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsClientBuilder;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.pagecache.MappedView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A client and a directory of its own on a cell of any make, for each test: what the contracts stand on.
public abstract class ClientOnCell {
    static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();
    private static final AtomicInteger DIRECTORIES = new AtomicInteger();

    private CellUnderTest cell;
    AfsClient client;
    String directory;

    /// Gives the cell to run one test on; it is closed after the clients.
    protected abstract CellUnderTest startCell() throws IOException;

    CellUnderTest cell() {
        return cell;
    }

    @BeforeEach
    void openClient() throws IOException {
        cell = startCell();
        client = newClient();
        directory = scratch() + "/d" + ProcessHandle.current().pid() + "-" + DIRECTORIES.incrementAndGet();
        client.makeDirectory(directory);
    }

    @AfterEach
    void closeClient() throws IOException {
        try (CellUnderTest _ = cell;
                AfsClient _ = client) {
            // closes the client first
        }
    }

    String scratch() {
        return "/afs/" + cell().configuration().name() + "/scratch";
    }

    AfsClient newClient() throws IOException {
        return newBuilder().open();
    }

    AfsClientBuilder newBuilder() {
        return AfsClient.builder()
                .cell(cell().configuration())
                .probeInterval(Duration.ofSeconds(1))
                .deadTimeout(Duration.ofSeconds(5));
    }

    /// A path as third parties write it: relative to `/afs`.
    static String relative(String path) {
        return path.substring("/afs/".length());
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static void write(AfsClient by, String path, byte[] contents) throws IOException {
        try (AfsFile file = by.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE, AfsOpenOption.TRUNCATE)) {
            file.write(0, ByteBuffer.wrap(contents));
        }
    }

    static byte[] read(AfsClient by, String path) throws IOException {
        try (AfsFile file = by.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            while (bytes.hasRemaining() && file.read(bytes.position(), bytes) >= 0) {
                // until all is read
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /// Spins on a byte of a view, reading memory only.
    static void awaitByte(MappedView view, long offset, byte expected) {
        awaitByte(() -> view.getByteAcquire(offset), expected);
    }

    static void awaitByte(Supplier<Byte> shown, byte expected) {
        long start = System.nanoTime();
        while (shown.get() != expected) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError("the mapping never showed " + expected + " but " + shown.get());
            }
            Thread.onSpinWait();
        }
    }

    void awaitCount(AfsCounter counter, long atLeast) {
        long start = System.nanoTime();
        while (client.counters().get(counter) < atLeast) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new AssertionError(counter + " never reached " + atLeast + ": " + client.counters().snapshot());
            }
            Thread.onSpinWait();
        }
    }

    long callsWithoutProbes() {
        return client.counters().get(AfsCounter.FILE_SERVER_CALLS) - client.counters().get(AfsCounter.SERVER_PROBES);
    }
}
