package org.afs4j.benchmarks.sidebyside;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;

/// The timed work on one client, each as an ordinary program would do it, in one thread.
///
/// Everything is timed by the system's monotonic clock (`System.nanoTime()`), which on Linux all processes share.
///
/// Threads: one.
final class Work {
    /// One read or write of large files.
    private static final int TRANSFER_BYTES = 1 << 20;
    private static final int FILE_MODE = 0644;

    private final AfsClient client;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(TRANSFER_BYTES);

    Work(AfsClient client) {
        this.client = client;
    }

    /// What one piece of work took.
    ///
    /// @param startNanos when it began, by the monotonic clock
    /// @param endNanos when it ended
    /// @param count bytes, files or changes
    record Timed(long startNanos, long endNanos, long count) {
        String json() {
            return "{\"start_nanos\":%d,\"end_nanos\":%d,\"count\":%d}".formatted(startNanos, endNanos, count);
        }
    }

    /// Opens a file, reads all of it, closes it.
    Timed read(String path) throws IOException {
        long startNanos = System.nanoTime();
        long total = 0;
        try (AfsFile file = client.open(path)) {
            for (int count = read(file, total); count > 0; count = read(file, total)) {
                total += count;
            }
        }
        return new Timed(startNanos, System.nanoTime(), total);
    }

    private int read(AfsFile file, long offsetBytes) throws IOException {
        buffer.clear();
        return file.read(offsetBytes, buffer);
    }

    /// The SHA-256 of a file, which nobody times.
    String digest(String path) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long total = 0;
        try (AfsFile file = client.open(path)) {
            for (int count = read(file, total); count > 0; count = read(file, total)) {
                total += count;
                digest.update(buffer.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Creates a file, writes it from end to end, syncs and closes it. Its bytes are those of `blocks(bytes)` in the script.
    Timed write(String path, long bytes) throws IOException {
        for (int at = 0; at < TRANSFER_BYTES; at++) {
            buffer.put(at, (byte) (at * 31 + (at >>> 8) * 17 + 1));
        }
        long startNanos = System.nanoTime();
        try (AfsFile file = client.open(path, AfsOpenOption.CREATE_NEW, AfsOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += TRANSFER_BYTES) {
                buffer.clear().putLong(0, at / TRANSFER_BYTES);
                file.write(at, buffer.limit((int) Math.min(TRANSFER_BYTES, bytes - at)));
            }
            file.sync();
        }
        return new Timed(startNanos, System.nanoTime(), bytes);
    }

    /// Makes a directory.
    Timed makeDirectory(String path) throws IOException {
        long startNanos = System.nanoTime();
        client.makeDirectory(path);
        return new Timed(startNanos, System.nanoTime(), 1);
    }

    /// Creates files, each written and closed.
    Timed create(String directory, int count, int bytes) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(bytes);
        while (content.hasRemaining()) {
            content.put((byte) 'x');
        }
        long startNanos = System.nanoTime();
        for (int index = 0; index < count; index++) {
            try (AfsFile file = client.open(directory + "/f" + index, AfsOpenOption.CREATE_NEW, AfsOpenOption.WRITE)) {
                file.write(0, content.flip());
            }
        }
        return new Timed(startNanos, System.nanoTime(), count);
    }

    /// Asks for the status of each file by its path.
    Timed stat(String directory, int count) throws IOException {
        long startNanos = System.nanoTime();
        long total = 0;
        for (int index = 0; index < count; index++) {
            total += client.info(directory + "/f" + index, false).sizeBytes();
        }
        Timed timed = new Timed(startNanos, System.nanoTime(), count);
        if (total == 0) {
            throw new IOException("the files of " + directory + " are empty");
        }
        return timed;
    }

    /// Lists a directory with the status of each entry.
    Timed list(String directory) throws IOException {
        long startNanos = System.nanoTime();
        int count = client.listWithInfo(directory).size();
        return new Timed(startNanos, System.nanoTime(), count);
    }

    /// Makes a directory with directories `d0`, `d1`, … of empty files.
    Timed tree(String path, int directories, int files) throws IOException {
        long startNanos = System.nanoTime();
        client.makeDirectory(path);
        for (int directory = 0; directory < directories; directory++) {
            client.makeDirectory(path + "/d" + directory);
            AfsNode node = client.node(path + "/d" + directory, false);
            for (int file = 0; file < files; file++) {
                node.createFile("f" + file, FILE_MODE);
            }
        }
        return new Timed(startNanos, System.nanoTime(), (long) directories * (files + 1));
    }

    /// Goes through a directory and all below, and tells of each what `find -ls` tells.
    Timed find(String path) throws IOException {
        long startNanos = System.nanoTime();
        StringBuilder told = new StringBuilder();
        long count = 0;
        Deque<String> left = new ArrayDeque<>(List.of(path));
        while (!left.isEmpty()) {
            String directory = left.pop();
            for (AfsEntry entry : client.listWithInfo(directory)) {
                AfsFileInfo info = entry.info();
                String below = directory + "/" + entry.name();
                told.append(info.fid()).append(' ').append(info.mode()).append(' ').append(info.linkCount()).append(' ');
                told.append(info.owner()).append(' ').append(info.sizeBytes()).append(' ').append(info.modified()).append(' ');
                told.append(below).append('\n');
                count++;
                if (info.isDirectory()) {
                    left.push(below);
                }
            }
        }
        Timed timed = new Timed(startNanos, System.nanoTime(), count);
        if (told.isEmpty()) {
            throw new IOException(path + " is empty");
        }
        return timed;
    }

    /// Unlinks each file.
    Timed unlink(String directory, int count) throws IOException {
        long startNanos = System.nanoTime();
        for (int index = 0; index < count; index++) {
            client.remove(directory + "/f" + index);
        }
        return new Timed(startNanos, System.nanoTime(), count);
    }

    /// Maps a file and spins on its first byte, which counts from 0 up: reads memory, and nothing else, until it has seen the last
    /// value or time is up.
    ///
    /// @param announce run once the first value is read, before the spinning
    /// @return for each new value a pair of the value and when it was seen, as JSON
    String watch(String path, int last, long timeoutMillis, Runnable announce) throws IOException {
        List<String> seen = new ArrayList<>();
        try (AfsFile file = client.open(path);
                MappedView view = file.map(MapAccess.READ_ONLY, 0, 1)) {
            byte before = view.getByteAcquire(0);
            announce.run();
            long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (before != (byte) last) {
                byte now = view.getByteAcquire(0);
                long atNanos = System.nanoTime();
                if (now != before) {
                    seen.add("[" + (now & 0xFF) + "," + atNanos + "]");
                    before = now;
                }
                if (atNanos - untilNanos > 0) {
                    break;
                }
            }
        }
        return "{\"seen\":[" + String.join(",", seen) + "]}";
    }

    /// Writes 1, 2, … into a file's first byte, and syncs after each.
    ///
    /// @return for each value a pair of the value and when the sync had returned, as JSON
    String poke(String path, int count, long intervalMillis) throws IOException {
        List<String> told = new ArrayList<>();
        try (AfsFile file = client.open(path, AfsOpenOption.WRITE)) {
            for (int value = 1; value <= count; value++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(intervalMillis));
                file.write(0, ByteBuffer.wrap(new byte[] {(byte) value}));
                file.sync();
                told.add("[" + value + "," + System.nanoTime() + "]");
            }
        }
        return "{\"told\":[" + String.join(",", told) + "]}";
    }
}
