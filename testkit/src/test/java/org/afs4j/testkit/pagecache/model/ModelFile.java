package org.afs4j.testkit.pagecache.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PagePin;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.PinOptions;
import org.afs4j.pagecache.PinOwner;
import org.afs4j.pagecache.backing.RangeOperation;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.testkit.pagecache.InMemoryBacking;

/// A file in the page cache, and the array that it should be. Each method does one operation on both; its caller has the range.
final class ModelFile {
    private static final int ATTEMPTS = 10_000;

    /// What may fail, and is then tried again.
    interface Attempt {
        void run() throws IOException;
    }

    final InMemoryBacking server;
    final PageMapping mapping;
    private final PageStream stream;
    /// The bytes; zeros beyond the size.
    final byte[] bytes;
    int size;

    ModelFile(InMemoryBacking server, PageMapping mapping) {
        this.server = server;
        this.mapping = mapping;
        this.stream = mapping.openStream();
        byte[] contents = server.contents();
        this.bytes = Arrays.copyOf(contents, 2 * Operation.MOST_BYTES);
        this.size = contents.length;
    }

    /// Does something until a faulty backing lets it.
    static void insist(Attempt attempt) throws IOException {
        IOException failure = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                attempt.run();
                return;
            } catch (EOFException e) {
                throw e;
            } catch (IOException e) {
                failure = e;
            } catch (MappedAccessException e) {
                if (e.reason() == MappedAccessException.Reason.BEYOND_END) {
                    throw e;
                }
                failure = new IOException(e);
            }
        }
        throw new IOException("failed each time", failure);
    }

    private void assertBytes(String how, int at, byte[] found) {
        assertThat(Arrays.mismatch(found, Arrays.copyOfRange(bytes, at, at + found.length)))
                .as("first wrong byte of %s %s from %s on", mapping, how, at)
                .isEqualTo(-1);
    }

    void read(Operation operation) throws IOException {
        int sizeBefore = size;
        ByteBuffer buffer = ByteBuffer.allocate(operation.length());
        insist(() -> {
            server.validate();
            while (buffer.hasRemaining() && stream.read(operation.at() + buffer.position(), buffer) > 0) {
                // more
            }
        });
        int sure = Math.min(operation.end(), Math.min(sizeBefore, size)) - operation.at();
        assertThat(buffer.position()).as("bytes read of %s at %s", mapping, operation.at()).isGreaterThanOrEqualTo(sure);
        assertBytes("read", operation.at(), Arrays.copyOf(buffer.array(), buffer.position()));
    }

    private void put(int at, byte[] news) {
        System.arraycopy(news, 0, bytes, at, news.length);
        size = Math.max(size, at + news.length);
    }

    private static byte[] news(Operation operation) {
        byte[] news = new byte[operation.length()];
        for (int i = 0; i < news.length; i++) {
            news[i] = (byte) (operation.value() + i % 7);
        }
        return news;
    }

    void write(Operation operation) throws IOException {
        byte[] news = news(operation);
        ByteBuffer source = ByteBuffer.wrap(news);
        insist(() -> stream.write(operation.at() + source.position(), source));
        put(operation.at(), news);
    }

    void mappedRead(Operation operation) throws IOException {
        int sizeBefore = size;
        byte[] found = new byte[operation.length()];
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, operation.at(), operation.length())) {
            insist(() -> view.copyTo(0, found));
            assertBytes("mapped", operation.at(), found);
        } catch (MappedAccessException e) {
            assertThat(operation.end()).as("end of what is beyond the end").isGreaterThan(Math.min(sizeBefore, size));
        }
    }

    void mappedWrite(Operation operation) throws IOException {
        if (operation.end() > size) {
            return;
        }
        byte[] news = news(operation);
        try (MappedView view = mapping.map(MapAccess.READ_WRITE, operation.at(), operation.length())) {
            insist(() -> view.copyFrom(0, MemorySegment.ofArray(news)));
        }
        put(operation.at(), news);
    }

    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
    void pin(Operation operation) throws IOException {
        int sizeBefore = size;
        int length = Math.min(operation.length(), 4096);
        PinOptions options = PinOptions.shortTerm(PinOwner.ofThread(Thread.currentThread()));
        PagePin[] pin = new PagePin[1];
        try {
            insist(() -> pin[0] = mapping.pin(operation.at(), length, options));
        } catch (EOFException e) {
            assertThat(operation.at() + length).as("end of a refused pin").isGreaterThan(Math.min(sizeBefore, size));
            return;
        }
        try (PagePin pinned = pin[0]) {
            for (int i = 0; i < 3; i++) {
                byte[] found = new byte[length];
                MemorySegment target = MemorySegment.ofArray(found).copyFrom(pinned.segment());
                assertThat(target.byteSize()).isEqualTo(length);
                assertBytes("pinned", operation.at(), found);
                Thread.yield();
            }
        }
    }

    void truncate(Operation operation) throws IOException {
        insist(() -> mapping.truncate(operation.at(), () -> server.changeByUs(contents -> Arrays.copyOf(contents, operation.at()))));
        // Not from a smaller size on: there are zeros already, or what a third party has written since the server grew the file.
        Arrays.fill(bytes, operation.at(), bytes.length, (byte) 0);
        size = operation.at();
    }

    void punch(Operation operation) throws IOException {
        insist(() -> mapping.changeRange(RangeOperation.Kind.PUNCH_HOLE, operation.at(), operation.length(), () ->
                server.changeByUs(contents -> {
                    Arrays.fill(contents, Math.min(contents.length, operation.at()), Math.min(contents.length, operation.end()), (byte) 0);
                    return contents;
                })));
        Arrays.fill(bytes, operation.at(), operation.end(), (byte) 0);
    }

    void collapse(Operation operation) throws IOException {
        if (operation.end() > size) {
            return;
        }
        insist(() -> mapping.changeRange(RangeOperation.Kind.COLLAPSE, operation.at(), operation.length(), () ->
                server.changeByUs(contents -> {
                    System.arraycopy(contents, operation.end(), contents, operation.at(), contents.length - operation.end());
                    return Arrays.copyOf(contents, contents.length - operation.length());
                })));
        System.arraycopy(bytes, operation.end(), bytes, operation.at(), bytes.length - operation.end());
        size -= operation.length();
        Arrays.fill(bytes, size, bytes.length, (byte) 0);
    }

    void insert(Operation operation) throws IOException {
        if (operation.at() > size || size + operation.length() > Operation.MOST_BYTES) {
            return;
        }
        insist(() -> mapping.changeRange(RangeOperation.Kind.INSERT, operation.at(), operation.length(), () ->
                server.changeByUs(contents -> {
                    byte[] longer = Arrays.copyOf(contents, contents.length + operation.length());
                    System.arraycopy(contents, operation.at(), longer, operation.end(), contents.length - operation.at());
                    Arrays.fill(longer, operation.at(), operation.end(), (byte) 0);
                    return longer;
                })));
        System.arraycopy(bytes, operation.at(), bytes, operation.end(), size - operation.at());
        Arrays.fill(bytes, operation.at(), operation.end(), (byte) 0);
        size += operation.length();
    }

    void restore(Operation operation) throws IOException {
        byte[] news = news(operation);
        insist(() -> mapping.changeRange(RangeOperation.Kind.RESTORE, operation.at(), operation.length(), () ->
                server.changeByUs(contents -> with(contents, operation.at(), news))));
        put(operation.at(), news);
    }

    private static byte[] with(byte[] contents, int at, byte[] news) {
        byte[] changed = Arrays.copyOf(contents, Math.max(contents.length, at + news.length));
        System.arraycopy(news, 0, changed, at, news.length);
        return changed;
    }

    /// Copies from this file to another, or within it.
    void copy(Operation operation, ModelFile target) throws IOException {
        if (operation.end() > size) {
            return;
        }
        byte[] copied = Arrays.copyOfRange(bytes, operation.at(), operation.end());
        insist(() -> PageMapping.copyRange(mapping, operation.at(), target.mapping, operation.to(), operation.length(), () -> {
            assertBytes("on the server when it is copied from", operation.at(),
                    Arrays.copyOfRange(server.contents(), operation.at(), operation.end()));
            target.server.changeByUs(contents -> with(contents, operation.to(), copied));
        }));
        target.put(operation.to(), copied);
    }

    /// A third party changes bytes that are clean here: of the chunks that hold the range, as a view may have made whole chunks dirty.
    void changeByOther(int from, int to, byte value) throws IOException {
        insist(() -> stream.syncRange(from, to - from));
        int[] changed = {from};
        server.changeByOther(contents -> {
            changed[0] = Math.clamp(to, from, Math.max(from, contents.length));
            if (changed[0] > from) {
                Arrays.fill(contents, from, changed[0], value);
            }
            return contents;
        });
        Arrays.fill(bytes, from, changed[0], value);
        insist(server::validate);
    }

    void sync() throws IOException {
        insist(stream::sync);
    }

    void syncRange(Operation operation) throws IOException {
        insist(() -> stream.syncRange(operation.at(), operation.length()));
    }

    void advise(PageStream.Advice advice, Operation operation) {
        stream.advise(advice, operation.at(), operation.length());
    }

    /// Compares all, here and on the server; nobody else uses the file.
    void compare() throws IOException {
        sync();
        assertThat(mapping.sizeBytes()).as("size of %s", mapping).isEqualTo(size);
        byte[] contents = server.contents();
        assertThat(contents.length).as("size of %s on the server", mapping).isEqualTo(size);
        assertBytes("on the server", 0, contents);
        read(new Operation(0, Operation.Kind.READ, 0, 0, 0, 0, Operation.MOST_BYTES, (byte) 0));
    }
}
