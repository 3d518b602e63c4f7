package org.afs4j.simulation.workload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.world.World;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsLock;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.MappedView;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.LockLedger;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Write;
import org.jspecify.annotations.Nullable;

/// One file as one client has it open: read, written, mapped and synced, and told to the history.
///
/// Threads: one.
final class OpenFile {
    private final World world;
    private final History history;
    private final @Nullable LockLedger locks;
    private final Ground ground;
    private final int client;
    private final int file;
    private final AfsClient afs;
    private final MapOption[] mapOptions;
    private final List<Write> unstored = new ArrayList<>();
    private @Nullable AfsFile open;
    private @Nullable MappedView view;
    private @Nullable AfsLock lock;

    /// @param locks who is told of locks, or null if the file is never locked
    OpenFile(
            World world, History history, @Nullable LockLedger locks, Ground ground, int client, int file, AfsClient afs, MapOption... mapOptions) {
        this.world = world;
        this.history = history;
        this.locks = locks;
        this.ground = ground;
        this.client = client;
        this.file = file;
        this.afs = afs;
        this.mapOptions = mapOptions.clone();
    }

    private AfsFile open() throws IOException {
        AfsFile now = open;
        if (now == null) {
            now = afs.open(ground.file(file), AfsOpenOption.WRITE);
            open = now;
        }
        return now;
    }

    private MappedView view() throws IOException {
        MappedView now = view;
        if (now == null) {
            now = open().map(MapAccess.READ_WRITE, 0, Ground.FILE_BYTES, mapOptions);
            view = now;
        }
        return now;
    }

    void read(int slot) throws IOException {
        AfsFile from = open();
        long begin = history.tick();
        history.read(client, ground.slotPlace(file, slot), Means.READ, begin, read(from, slot));
    }

    private String read(AfsFile from, int slot) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        int count = from.read(ground.offsetBytes(slot), bytes);
        return count == Long.BYTES ? Ground.valueOf(bytes.getLong(0)) : "end of file after " + count + " bytes";
    }

    /// Looks into the mapping.
    ///
    /// @param beginTick what was stored before it must show
    void readMapped(int slot, long beginTick) throws IOException {
        long bytes = view().getLong(ground.offsetBytes(slot), ByteOrder.BIG_ENDIAN);
        history.read(client, ground.slotPlace(file, slot), Means.MAPPED, beginTick, Ground.valueOf(bytes));
    }

    /// Sends a slot to a channel that is slow: the page is pinned meanwhile, whoever changes it.
    ///
    /// @param slowNanos how slow
    void readPinned(int slot, long slowNanos) throws IOException {
        AfsFile from = open();
        long begin = history.tick();
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        long count = from.transferTo(ground.offsetBytes(slot), Long.BYTES, new SlowChannel(world, slowNanos, bytes));
        String seen = count == Long.BYTES ? Ground.valueOf(bytes.getLong(0)) : "end of file after " + count + " bytes";
        history.read(client, ground.slotPlace(file, slot), Means.PINNED, begin, seen);
    }

    /// Takes a lock of the whole file if nobody is in the way, or gives it up.
    void lockOrUnlock(boolean shared) throws IOException {
        AfsFile of = open();
        if (lock == null) {
            int deaths = locks == null ? 0 : locks.serverDeaths();
            lock = of.tryLock(0, Ground.FILE_BYTES, shared);
            if (lock != null && locks != null) {
                locks.taken(deaths, client, ground.file(file), shared);
            }
        } else {
            unlock();
        }
    }

    /// Gives the lock up, if there is one.
    void unlock() throws IOException {
        AfsLock held = lock;
        if (held != null) {
            lock = null;
            if (locks != null) {
                locks.left(client, ground.file(file));
            }
            try {
                held.close();
            } finally {
                if (locks != null) {
                    locks.gone(client, ground.file(file));
                }
            }
        }
    }

    void write(int slot) throws IOException {
        AfsFile to = open();
        long value = history.tick();
        Write write = begin(slot, value);
        to.write(ground.offsetBytes(slot), ByteBuffer.allocate(Long.BYTES).putLong(0, Ground.bytesOf(value)));
        visible(write);
    }

    void writeMapped(int slot) throws IOException {
        MappedView to = view();
        long value = history.tick();
        Write write = begin(slot, value);
        to.setLong(ground.offsetBytes(slot), Ground.bytesOf(value), ByteOrder.BIG_ENDIAN);
        visible(write);
    }

    private Write begin(int slot, long value) {
        return history.write(client, ground.slotPlace(file, slot), Long.toString(value));
    }

    /// A write that failed instead may have been done or not, and no sync is said to cover it.
    private void visible(Write write) {
        history.visible(write);
        unstored.add(write);
    }

    void sync() throws IOException {
        open().sync();
        stored();
    }

    private void stored() {
        history.stored(unstored);
        unstored.clear();
    }

    void close() throws IOException {
        unlock();
        if (view != null) {
            view.close();
            view = null;
        }
        AfsFile closing = open;
        if (closing != null) {
            open = null;
            closing.close();
            stored();
        }
    }
}
