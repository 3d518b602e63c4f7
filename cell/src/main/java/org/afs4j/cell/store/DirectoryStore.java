package org.afs4j.cell.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.jspecify.annotations.Nullable;

/// Volumes in a directory of the host: `format` says what it is, `lock` is locked by the process that uses it, `records` is the file
/// of [MvRecords], `contents` has the files' contents ([DirectoryFiles]).
///
/// Threads: any.
public final class DirectoryStore extends KeptStore {
    /// What `format` says. A format that this code does not know gets another number.
    private static final String FORMAT = "afs4j cell store, format 1\n";

    private static final String LOST_AND_FOUND = "lost+found";
    private static final long SYNC_NANOS = 5_000_000_000L;

    private final World world;
    private final MvRecords records;
    private final FileChannel lockFile;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition closing = mutex.newCondition();
    private boolean closed;

    private DirectoryStore(World world, MvRecords records, Path directory, StoreSync policy, FileChannel lockFile) {
        super(records, new DirectoryFiles(directory.resolve("contents")), policy);
        this.world = world;
        this.records = records;
        this.lockFile = lockFile;
        world.start("afs4j-cell-sync", this::keepSynced);
    }

    /// Opens a directory, made if there is none.
    ///
    /// @param world where threads and time come from
    /// @param directory the directory; empty, or a store
    /// @param policy when what is stored is forced to the disk
    /// @throws CellStoreException if another process uses it, it is something else or of another format, or it is damaged
    /// @throws IOException if it cannot be read or written
    public static DirectoryStore open(World world, Path directory, StoreSync policy) throws IOException {
        Files.createDirectories(directory);
        Path format = directory.resolve("format");
        if (!Files.exists(format)) {
            requireEmpty(directory);
        }
        FileChannel lockFile =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock(lockFile) == null) {
                throw new CellStoreException(
                        directory + " is in use by another server; end that, or choose another directory", null);
            }
            requireFormat(directory, format);
            return new DirectoryStore(world, new MvRecords(world, directory.resolve("records")), directory, policy, lockFile);
        } catch (IOException | RuntimeException | Error e) {
            lockFile.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                // The last three are those of a store whose making was cut short.
                if (!name.equals(LOST_AND_FOUND) && !name.equals("lock") && !name.equals("format.new")) {
                    throw new CellStoreException(
                            directory + " has other files, such as " + name + "; choose an empty directory", null);
                }
            }
        }
    }

    private static void requireFormat(Path directory, Path format) throws IOException {
        if (!Files.exists(format)) {
            Path written = directory.resolve("format.new");
            Files.writeString(written, FORMAT);
            Files.move(written, format);
            return;
        }
        String found = Files.readString(format);
        if (!found.equals(FORMAT)) {
            throw new CellStoreException(
                    directory + " says \"" + found.strip() + "\", which this version does not know (it knows \"" + FORMAT.strip()
                            + "\"); use the version of afs4j that made it",
                    null);
        }
    }

    private void keepSynced() {
        boolean go = true;
        while (go) {
            try {
                sync();
                records.compact();
            } catch (CellStoreException e) {
                if (isClosed()) {
                    return;
                }
                System.getLogger(DirectoryStore.class.getName()).log(System.Logger.Level.ERROR, e.getMessage());
            }
            go = pause();
        }
    }

    private boolean isClosed() {
        mutex.lock();
        try {
            return closed;
        } finally {
            mutex.unlock();
        }
    }

    private boolean pause() {
        long deadlineNanos = world.nanoTime() + SYNC_NANOS;
        mutex.lock();
        try {
            boolean waiting = true;
            while (!closed && waiting) {
                waiting = closing.awaitUntil(world, deadlineNanos);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void close() throws CellStoreException {
        mutex.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            closing.signalAll();
        } finally {
            mutex.unlock();
        }
        try (lockFile) {
            super.close();
        } catch (CellStoreException e) {
            throw e;
        } catch (IOException e) {
            throw new CellStoreException("cannot close the lock: " + e.getMessage(), e);
        }
    }
}
