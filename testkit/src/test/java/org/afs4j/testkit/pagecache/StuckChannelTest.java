package org.afs4j.testkit.pagecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.afs4j.base.world.DelegatingWorld;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageCache;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.junit.jupiter.api.Test;

/// PIN-4: a real socket whose peer does not read holds a pin in the midst of a native write, from where nobody can take it away.
class StuckChannelTest {
    private static final int SIZE_BYTES = 4 << 20;
    private static final int BUFFER_BYTES = 32 << 10;
    private static final long TIMES_AS_FAST = 1000;

    /// The system's world, in which a second lasts a millisecond.
    private static final class FastWorld extends DelegatingWorld {
        FastWorld() {
            super(SystemWorld.instance());
        }

        @Override
        public long nanoTime() {
            return world.nanoTime() * TIMES_AS_FAST;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            return world.schedule(delayNanos / TIMES_AS_FAST, task);
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            world.await(lock, condition, Math.max(1, nanos / TIMES_AS_FAST));
        }
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[SIZE_BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static SocketChannel connect(ServerSocketChannel listener) throws IOException {
        SocketChannel sender = SocketChannel.open().setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
        assertThat(sender.connect(listener.getLocalAddress())).isTrue();
        return sender;
    }

    private static long readAll(SocketChannel peer) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long count = 0;
        while (peer.read(buffer.clear()) >= 0) {
            count += buffer.position();
        }
        return count;
    }

    @Test
    void aHolderStuckInANativeWriteIsNamedToEveryoneWhoWaitsForIt() throws Exception {
        try (ServerSocketChannel listener = listen();
                SocketChannel sender = connect(listener);
                SocketChannel peer = listener.accept()) {
            PageCache cache = PageCache.open(
                    new FastWorld(), PageCacheOptions.defaults().withBudgetBytes(16L << 20).withReadahead(0, 0));
            InMemoryBacking backing = new InMemoryBacking(filled(1));
            PageMapping mapping = cache.newMapping(backing, SIZE_BYTES, "file");
            backing.attach(mapping);
            AtomicLong sent = new AtomicLong();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread holder = Thread.ofPlatform().name("holder").start(() -> {
                try (sender) {
                    sent.set(mapping.openStream().transferTo(0, SIZE_BYTES, sender));
                } catch (IOException | RuntimeException e) {
                    failure.set(e);
                }
            });
            // The first bytes come from within the write of the first piece, which is more than the sockets take.
            assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(1);
            assertThat(cache.pins()).hasSize(1).allMatch(pin -> pin.lengthBytes() > 8L * BUFFER_BYTES);
            assertTimesOut(() -> mapping.truncate(0, () -> backing.resizeByUs(0)));
            assertTimesOut(() -> mapping.write(mapping.pins().getFirst().offsetBytes(), ByteBuffer.wrap(new byte[1])));
            assertThat(cache.counters().revokedPins()).as("our own changes take nothing away").isZero();
            assertThirdPartysChangeTimesOutAndNothingOldIsShown(cache, backing, mapping);
            long read = 1 + readAll(peer, holder);
            if (failure.get() == null) {
                assertThat(read).isEqualTo(sent.get()).isEqualTo(SIZE_BYTES);
            } else {
                assertThat(failure.get()).isInstanceOf(PinTimeoutException.class).hasMessageContaining("took the pin");
            }
            try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
                assertThat(view.getByte(0)).isEqualTo((byte) 2);
                assertThat(view.getByte(SIZE_BYTES - 1)).isEqualTo((byte) 2);
            }
            mapping.truncate(0, () -> backing.resizeByUs(0));
            mapping.close();
            PageCacheInvariants.assertNothingLeaked(cache);
        }
    }

    /// MM-1, MM-7, PC-2: a strip does not wait for ever for a segment of a view that a channel uses, nor does the close of the view or of the
    /// file; the file's memory is nobody else's before the channel has let go.
    @Test
    void aStripGoesOnWithoutASegmentThatAChannelIsStuckOn() throws Exception {
        try (ServerSocketChannel listener = listen();
                SocketChannel sender = connect(listener);
                SocketChannel peer = listener.accept()) {
            PageCache cache = PageCache.open(
                    new FastWorld(), PageCacheOptions.defaults().withBudgetBytes(16L << 20).withReadahead(0, 0));
            InMemoryBacking backing = new InMemoryBacking(filled(1));
            PageMapping mapping = cache.newMapping(backing, SIZE_BYTES, "file");
            backing.attach(mapping);
            Thread holder;
            try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
                ByteBuffer bytes = view.segment(0, SIZE_BYTES).asByteBuffer();
                holder = Thread.ofPlatform().name("holder").start(() -> send(bytes, sender));
                assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(1);
                assertThat(mapping.strip()).as("whether nobody reaches the pages any more").isFalse();
                assertThat(cache.counters().delayedStrips()).isEqualTo(1);
                backing.changeByOther(filled(2));
                assertThat(view.getByte(SIZE_BYTES - 1)).isEqualTo((byte) 2);
            }
            mapping.close();
            assertThat(cache.usedRangeBytes()).as("what the channel reaches").isPositive();
            assertThat(readAll(peer, holder)).isPositive();
            assertThat(cache.usedRangeBytes()).isZero();
            PageCacheInvariants.assertNothingLeaked(cache);
        }
    }

    private static void send(ByteBuffer bytes, SocketChannel sender) {
        try (sender) {
            while (bytes.hasRemaining()) {
                sender.write(bytes);
            }
        } catch (IOException | IllegalStateException e) {
            // The segment is closed once the write in which it was stuck has ended.
            assertThat(bytes.hasRemaining()).isTrue();
        }
    }

    private static long readAll(SocketChannel peer, Thread holder) throws IOException, InterruptedException {
        long count = readAll(peer);
        holder.join();
        return count;
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void assertTimesOut(Action action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(PinTimeoutException.class, e -> {
            assertThat(e.holder()).startsWith("thread holder");
            assertThat(e).hasMessageContaining("file").hasMessageContaining("pinned by thread holder");
        });
    }

    /// The change waits twice its patience: for the holder, and for the channel that it has been taken away from.
    private static void assertThirdPartysChangeTimesOutAndNothingOldIsShown(
            PageCache cache, InMemoryBacking backing, PageMapping mapping) throws IOException {
        backing.changeByOther(filled(2));
        try (MappedView view = mapping.map(MapAccess.READ_ONLY, 0, SIZE_BYTES)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> view.getByte(0)).isInstanceOfSatisfying(MappedAccessException.class, e -> {
                    assertThat(e.ioCause()).isInstanceOf(PinTimeoutException.class);
                    assertThat(e).hasMessageContaining("thread holder").hasMessageContaining("in use by a channel");
                });
            }
        }
        assertThat(cache.counters().revokedPins()).isEqualTo(1);
    }
}
