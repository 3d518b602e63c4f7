package org.afs4j.cell.store;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// A disk in memory that outlives the cells that use it, one after the other: for simulations in which servers die, or lose power.
///
/// Threads: any. Locks: a leaf lock around everything.
public final class SimulatedDisk {
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final Map<String, Map<Long, byte[]>> synced = new TreeMap<>();
    private Map<String, Map<Long, byte[]>> tables = new TreeMap<>();
    private final List<RecordBatch> unsynced = new ArrayList<>();
    private final Map<FileKey, SimulatedFile> files = new HashMap<>();
    private int incarnation;
    private volatile Slowness slowness = Slowness.NONE;

    /// How long accesses take.
    private record Slowness(@Nullable World world, long slowestNanos) {
        static final Slowness NONE = new Slowness(null, 0);

        void pass() {
            if (world == null || slowestNanos == 0) {
                return;
            }
            try {
                world.pause(world.random().nextLong(slowestNanos + 1));
            } catch (InterruptedException e) {
                // A disk is not interrupted; who asked sees it afterwards.
                Thread.currentThread().interrupt();
            }
        }
    }

    /// What is written to a file since it was forced last.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Written(long positionBytes, byte[] bytes) {}

    private static final class SimulatedFile {
        private byte[] forced = new byte[0];
        private byte[] bytes = new byte[0];
        private final List<Written> unforced = new ArrayList<>();
    }

    /// Makes an empty one.
    public SimulatedDisk() {}

    /// Opens it for a cell. Whoever had it before finds it gone, as a process does that is dead: nothing that it does has any effect.
    ///
    /// @param policy when what is stored is forced to the disk
    public CellStore open(StoreSync policy) {
        mutex.lock();
        try {
            incarnation++;
            return new Opened(new Records(incarnation), new Files(incarnation), policy);
        } finally {
            mutex.unlock();
        }
    }

    /// Lets every access take a time by chance from now on, with no lock of the disk held: so a process can die, and power fail, between
    /// any two accesses of one change.
    ///
    /// @param world its time and its chance
    /// @param slowestNanos how long at most; 0 for no time
    public void slowDown(World world, long slowestNanos) {
        slowness = new Slowness(world, slowestNanos);
    }

    /// Lets the process die that has the disk: nothing that it did is lost, and nothing that it does now has any effect.
    public void killProcess() {
        mutex.lock();
        incarnation++;
        mutex.unlock();
    }

    /// Loses power: of what was not forced some is lost. Of the batches of records the last ones are, of the writes to files any.
    ///
    /// @param random says which
    public void losePower(RandomGenerator random) {
        mutex.lock();
        try {
            incarnation++;
            int kept = random.nextInt(unsynced.size() + 1);
            unsynced.subList(kept, unsynced.size()).clear();
            tables = copy(synced);
            unsynced.forEach(batch -> apply(batch, tables));
            for (SimulatedFile file : files.values()) {
                file.bytes = file.forced;
                file.unforced.removeIf(written -> random.nextBoolean());
                file.unforced.forEach(written -> file.bytes = with(file.bytes, written));
            }
        } finally {
            mutex.unlock();
        }
    }

    private static Map<String, Map<Long, byte[]>> copy(Map<String, Map<Long, byte[]>> original) {
        Map<String, Map<Long, byte[]>> copy = new TreeMap<>();
        original.forEach((table, records) -> copy.put(table, new TreeMap<>(records)));
        return copy;
    }

    private static void apply(RecordBatch batch, Map<String, Map<Long, byte[]>> to) {
        for (RecordBatch.Change change : batch.changes()) {
            byte[] record = change.record();
            if (change.wholeTable()) {
                to.remove(change.table());
            } else if (record == null) {
                to.computeIfAbsent(change.table(), name -> new TreeMap<>()).remove(change.key());
            } else {
                to.computeIfAbsent(change.table(), name -> new TreeMap<>()).put(change.key(), record);
            }
        }
    }

    private static byte[] with(byte[] bytes, Written written) {
        int end = Math.toIntExact(written.positionBytes() + written.bytes().length);
        byte[] changed = Arrays.copyOf(bytes, Math.max(bytes.length, end));
        System.arraycopy(written.bytes(), 0, changed, (int) written.positionBytes(), written.bytes().length);
        return changed;
    }

    private final class Opened extends KeptStore {
        private final int number = incarnation;

        Opened(RecordStore records, FileSpace space, StoreSync policy) {
            super(records, space, policy);
        }

        /// Of a process that is dead by now there is nothing to close.
        @Override
        public void close() throws CellStoreException {
            mutex.lock();
            boolean alive = number == incarnation;
            mutex.unlock();
            if (alive) {
                super.close();
            }
        }
    }

    /// What one process has of the disk.
    private abstract class Handle {
        private final int number;

        Handle(int number) {
            this.number = number;
        }

        /// Does something to the disk, in the time that it takes, under its lock, unless the process is dead by now.
        final void access(Runnable what) throws CellStoreException {
            slowness.pass();
            mutex.lock();
            try {
                if (number != incarnation) {
                    throw new CellStoreException("this process has died", null);
                }
                what.run();
            } finally {
                mutex.unlock();
            }
        }
    }

    private final class Records extends Handle implements RecordStore {
        Records(int number) {
            super(number);
        }

        @Override
        public Set<String> tables() {
            return new TreeSet<>(tables.keySet());
        }

        @Override
        public void forEach(String table, CellStore.Visitor visitor) throws CellStoreException {
            TreeMap<Long, byte[]> found = new TreeMap<>();
            access(() -> found.putAll(tables.getOrDefault(table, new TreeMap<>())));
            for (Map.Entry<Long, byte[]> record : found.entrySet()) {
                visitor.visit(record.getKey(), record.getValue());
            }
        }

        @Override
        public void commit(RecordBatch batch) throws CellStoreException {
            access(() -> {
                unsynced.add(batch);
                apply(batch, tables);
            });
        }

        @Override
        public void sync() throws CellStoreException {
            access(() -> {
                unsynced.forEach(batch -> apply(batch, synced));
                unsynced.clear();
            });
        }

        @Override
        public void close() {}
    }

    private final class Files extends Handle implements FileSpace {
        Files(int number) {
            super(number);
        }

        @Override
        public void write(FileKey key, long positionBytes, ByteBuffer bytes) throws CellStoreException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            access(() -> {
                SimulatedFile file = files.computeIfAbsent(key, missing -> new SimulatedFile());
                Written written = new Written(positionBytes, copy);
                file.bytes = with(file.bytes, written);
                file.unforced.add(written);
            });
        }

        @Override
        public void read(FileKey key, long positionBytes, ByteBuffer bytes) throws CellStoreException, EOFException {
            boolean[] ended = new boolean[1];
            access(() -> {
                SimulatedFile file = files.get(key);
                ended[0] = file == null || positionBytes + bytes.remaining() > file.bytes.length;
                if (file != null && !ended[0]) {
                    bytes.put(file.bytes, (int) positionBytes, bytes.remaining());
                }
            });
            if (ended[0]) {
                throw new EOFException();
            }
        }

        @Override
        public void delete(FileKey key) throws CellStoreException {
            access(() -> files.remove(key));
        }

        @Override
        public void force(FileKey key) throws CellStoreException {
            access(() -> {
                SimulatedFile file = files.get(key);
                if (file != null) {
                    file.forced = file.bytes;
                    file.unforced.clear();
                }
            });
        }

        @Override
        public Map<FileKey, Long> list() throws CellStoreException {
            Map<FileKey, Long> lengths = new HashMap<>();
            access(() -> files.forEach((key, file) -> lengths.put(key, (long) file.bytes.length)));
            return lengths;
        }
    }
}
