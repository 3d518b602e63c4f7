package org.afs4j.cell.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Files of contents in a directory: `VOLUME/LOW/VNODE.UNIQUIFIER`, all in hexadecimal, where `LOW` is the last byte of the vnode's
/// number without its parity.
///
/// Threads: any. An interrupt closes the channel that it finds in use, so each access has one of its own and is made again.
final class DirectoryFiles implements FileSpace {
    private static final List<OpenOption> TO_WRITE = List.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    private static final List<OpenOption> TO_READ = List.of(StandardOpenOption.READ);
    private static final int HEXADECIMAL = 16;

    private final Path root;

    DirectoryFiles(Path root) {
        this.root = root;
    }

    private interface Access {
        void make(FileChannel channel) throws IOException;
    }

    private Path path(FileKey key) {
        return root.resolve(Integer.toHexString(key.volumeId()))
                .resolve(String.format("%02x", key.vnode() >> 1 & 0xff))
                .resolve(Integer.toHexString(key.vnode()) + "." + Integer.toHexString(key.uniquifier()));
    }

    private static void access(Path path, List<OpenOption> options, Access access) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            boolean again = true;
            while (again) {
                try (FileChannel channel = FileChannel.open(path, options.toArray(OpenOption[]::new))) {
                    access.make(channel);
                    again = false;
                } catch (ClosedByInterruptException e) {
                    Thread.interrupted();
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void write(FileKey key, long positionBytes, ByteBuffer bytes) throws IOException {
        Path path = path(key);
        Access access = channel -> {
            ByteBuffer left = bytes.duplicate();
            while (left.hasRemaining()) {
                channel.write(left, positionBytes + left.position() - bytes.position());
            }
        };
        try {
            access(path, TO_WRITE, access);
        } catch (NoSuchFileException e) {
            Files.createDirectories(path.resolveSibling("."));
            access(path, TO_WRITE, access);
        }
    }

    @Override
    public void read(FileKey key, long positionBytes, ByteBuffer bytes) throws IOException {
        int start = bytes.position();
        access(path(key), TO_READ, channel -> {
            bytes.position(start);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, positionBytes + bytes.position() - start) < 0) {
                    throw new EOFException();
                }
            }
        });
    }

    @Override
    public void delete(FileKey key) throws IOException {
        Files.deleteIfExists(path(key));
    }

    @Override
    public void force(FileKey key) throws IOException {
        try {
            access(path(key), TO_READ, channel -> channel.force(false));
        } catch (NoSuchFileException e) {
            // It has gone, and with it what would have been forced.
        }
    }

    @Override
    public Map<FileKey, Long> list() throws IOException {
        Map<FileKey, Long> lengths = new HashMap<>();
        if (Files.isDirectory(root)) {
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                    Optional<FileKey> key = key(root.relativize(path));
                    if (key.isPresent()) {
                        lengths.put(key.get(), Files.size(path));
                    }
                }
            }
        }
        return lengths;
    }

    /// The key of a file; none if it is no file of ours.
    private Optional<FileKey> key(Path relative) {
        String[] parts = relative.getFileName().toString().split("\\.", -1);
        if (relative.getNameCount() != 3 || parts.length != 2) {
            return Optional.empty();
        }
        try {
            FileKey key = new FileKey(
                    Integer.parseUnsignedInt(relative.getName(0).toString(), HEXADECIMAL),
                    Integer.parseUnsignedInt(parts[0], HEXADECIMAL),
                    Integer.parseUnsignedInt(parts[1], HEXADECIMAL));
            return path(key).equals(root.resolve(relative)) ? Optional.of(key) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
