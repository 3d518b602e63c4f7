package org.afs4j.cli.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.OutputGoneException;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.AfsPath;
import org.jspecify.annotations.Nullable;

/// Copies the data of one file, in pieces of a mebibyte, between AFS, local files and the standard streams (`-`).
///
/// A target is overwritten in place. If the copy fails the target holds what had been copied by then.
final class FileCopy {
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PERMISSION_BITS = 0777;
    private static final String STREAM = "-";

    private final AfsClient client;
    private final Surroundings around;
    private final boolean preserve;

    /// Prepares copies.
    ///
    /// @param preserve whether the target also gets the source's permission bits and time of modification
    FileCopy(AfsClient client, Surroundings around, boolean preserve) {
        this.client = client;
        this.around = around;
        this.preserve = preserve;
    }

    static boolean isAfs(String path) {
        return path.equals("/afs") || path.startsWith("/afs/");
    }

    /// What is kept of a source besides its data.
    private record Kept(int mode, Instant modified) {}

    /// Copies a file.
    ///
    /// @param from an AFS path, a local path, or `-`
    /// @param to an AFS path, a local path, or `-`; a directory gets a file of the source's name
    void copy(String from, String to) throws IOException {
        String target = targetOf(from, to);
        requireTwoFiles(from, target);
        @Nullable Kept kept = preserve ? kept(from) : null;
        try (ReadableByteChannel source = source(from);
                Progress progress = new Progress(around, name(from), sizeBytes(source, from));
                WritableByteChannel sink = sink(target)) {
            transfer(source, sink, progress);
        }
        if (kept != null) {
            keep(target, kept);
        }
    }

    /// Copies a file to standard output.
    void print(String from) throws IOException {
        try (ReadableByteChannel source = source(from);
                Progress progress = new Progress(around, name(from), sizeBytes(source, from))) {
            transfer(source, Channels.newChannel(new ToReader(around.out())), progress);
        }
    }

    private static void transfer(ReadableByteChannel source, WritableByteChannel sink, Progress progress) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        while (true) {
            int count = source.read(piece);
            if (count < 0 || !piece.hasRemaining()) {
                piece.flip();
                while (piece.hasRemaining()) {
                    progress.advance(sink.write(piece));
                }
                piece.clear();
            }
            if (count < 0) {
                return;
            }
        }
    }

    private String targetOf(String from, String to) throws IOException {
        if (to.equals(STREAM)) {
            return to;
        }
        if (isAfs(to)) {
            @Nullable AfsFileInfo info = infoOrNull(to);
            return info != null && info.isDirectory() ? AfsPath.parse(to).resolve(nameFor(from, to)).toString() : to;
        }
        return Files.isDirectory(Path.of(to)) ? Path.of(to).resolve(nameFor(from, to)).toString() : to;
    }

    private static String nameFor(String from, String directory) throws IOException {
        String name = from.equals(STREAM) ? "" : name(from);
        if (name.isEmpty()) {
            throw new CommandFailure(ExitCode.FAILED, directory + ": is a directory: say the name of the file");
        }
        return name;
    }

    static String name(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }

    /// Opening the target cuts it to nothing: were it the source, that would be lost.
    private void requireTwoFiles(String from, String to) throws IOException {
        boolean same;
        if (isAfs(from) && isAfs(to)) {
            AfsFileInfo source = client.info(from, true);
            @Nullable AfsFileInfo target = infoOrNull(to);
            same = target != null && source.cell().equals(target.cell()) && source.fid().equals(target.fid());
        } else if (isLocal(from) && isLocal(to)) {
            same = Files.exists(Path.of(to)) && Files.isSameFile(Path.of(from), Path.of(to));
        } else {
            same = false;
        }
        if (same) {
            throw new CommandFailure(ExitCode.FAILED, from + " and " + to + " are the same file");
        }
    }

    private static boolean isLocal(String path) {
        return !isAfs(path) && !path.equals(STREAM);
    }

    private @Nullable AfsFileInfo infoOrNull(String path) throws IOException {
        return Paths.infoOrNull(client, path, true);
    }

    private ReadableByteChannel source(String from) throws IOException {
        if (from.equals(STREAM)) {
            InputStream in = around.in();
            return Channels.newChannel(in);
        }
        if (isAfs(from)) {
            return new AfsChannel(client.open(from));
        }
        Path local = Path.of(from);
        if (Files.isDirectory(local)) {
            throw new CommandFailure(ExitCode.FAILED, from + ": is a local directory");
        }
        return FileChannel.open(local, StandardOpenOption.READ);
    }

    private WritableByteChannel sink(String to) throws IOException {
        if (to.equals(STREAM)) {
            return Channels.newChannel(new ToReader(around.out()));
        }
        if (isAfs(to)) {
            AfsFile file = client.open(to, AfsOpenOption.WRITE, AfsOpenOption.CREATE, AfsOpenOption.TRUNCATE);
            return new AfsChannel(file);
        }
        return FileChannel.open(
                Path.of(to), StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    private long sizeBytes(ReadableByteChannel opened, String from) throws IOException {
        if (!around.errIsTerminal()) {
            return -1;
        }
        if (opened instanceof FileChannel local) {
            return local.size();
        }
        return isAfs(from) ? client.info(from, true).sizeBytes() : -1;
    }

    private @Nullable Kept kept(String from) throws IOException {
        if (from.equals(STREAM)) {
            return null;
        }
        if (isAfs(from)) {
            AfsFileInfo info = client.info(from, true);
            return new Kept(info.mode() & PERMISSION_BITS, info.modified());
        }
        int mode = (Integer) Files.getAttribute(Path.of(from), "unix:mode");
        return new Kept(mode & PERMISSION_BITS, Files.getLastModifiedTime(Path.of(from)).toInstant());
    }

    private void keep(String to, Kept kept) throws IOException {
        if (isAfs(to)) {
            client.setMode(to, kept.mode);
            client.setModified(to, kept.modified.getEpochSecond());
        } else if (!to.equals(STREAM)) {
            Path local = Path.of(to).toRealPath(new LinkOption[0]);
            Files.setAttribute(local, "unix:mode", kept.mode);
            Files.setLastModifiedTime(local, FileTime.from(kept.modified));
        }
    }

    /// Standard output, which outlives the copy; its failure means that its reader is gone.
    private static final class ToReader extends OutputStream {
        private final OutputStream out;

        ToReader(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw e.getMessage() != null && e.getMessage().contains("Broken pipe") ? new OutputGoneException() : e;
            }
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
