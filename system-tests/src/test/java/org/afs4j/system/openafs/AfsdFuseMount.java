package org.afs4j.system.openafs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.afs4j.system.process.ForeignProgram;

/// The cell mounted by `afsd.fuse`, OpenAFS's own user-space client: the third party that changes files.
///
/// Paths are relative to `/afs`, such as `afs.test/scratch/file`. The test's JVM never touches the mount itself: every access
/// is another process with a bound on its time, for a mount whose daemon hangs holds whoever touches it. This client's
/// `close` and `fsync` return before the server has the data, so a change is there some time after [#write] has returned.
///
/// Threads: one at a time.
public final class AfsdFuseMount implements AutoCloseable {
    /// Its own time-outs, for a server or another client that has gone, take most of a minute.
    private static final Duration ACCESS_LIMIT = Duration.ofMinutes(2);

    private static final Duration UMOUNT_LIMIT = Duration.ofSeconds(40);

    private final OpenAfsCell cell;
    private final Path mountPoint;
    private boolean closed;

    private AfsdFuseMount(OpenAfsCell cell, Path mountPoint) {
        this.cell = cell;
        this.mountPoint = mountPoint;
    }

    static AfsdFuseMount mount(OpenAfsCell cell, String namespace) throws IOException {
        Path mountPoint = Files.createTempDirectory("afs4j-mount");
        AfsdFuseMount mount = new AfsdFuseMount(cell, mountPoint);
        mount.control("mount", "--netns", namespace);
        mount.run("ls \"$1\"", cell.name()); // the mount is there some seconds before its daemon serves
        return mount;
    }

    /// Replaces a file's contents, creating the file if there is none.
    ///
    /// @throws IOException if the client reports an error, or is not done within two minutes
    public void write(String path, byte[] contents) throws IOException {
        shell("cat >\"$1\"", path).reading(contents).run().orThrow();
    }

    /// Overwrites part of a file that exists, from `offsetBytes` on; the rest stays.
    ///
    /// @throws IOException if the client reports an error, or is not done within two minutes
    public void overwrite(String path, long offsetBytes, byte[] contents) throws IOException {
        shell("dd of=\"$1\" bs=1M seek=" + offsetBytes + " oflag=seek_bytes conv=notrunc status=none", path)
                .reading(contents)
                .run()
                .orThrow();
    }

    /// All bytes of a file, through a new open, which is when this client asks the server for changes.
    ///
    /// @throws IOException if the client reports an error, or is not done within two minutes
    public byte[] read(String path) throws IOException {
        return shell("cat \"$1\"", path).run().orThrow().output();
    }

    /// Changes a file's permission bits, a change of status without a change of data.
    ///
    /// @param mode octal digits, such as `640`
    /// @throws IOException if the client reports an error, or is not done within two minutes
    public void chmod(String path, String mode) throws IOException {
        shell("chmod " + mode + " \"$1\"", path).run().orThrow();
    }

    /// Runs a shell command whose `$1` is the file's place in the mount: for what has no method here.
    ///
    /// @return what it printed
    /// @throws IOException if it does not end with 0 within two minutes
    public String run(String shellCommand, String path) throws IOException {
        return shell(shellCommand, path).run().orThrow().text();
    }

    /// Where the cell is mounted. Only other processes should look there.
    public Path mountPoint() {
        return mountPoint;
    }

    private ForeignProgram shell(String command, String path) {
        return ForeignProgram.of("sh", "-c", command, "sh", mountPoint.resolve(path).toString())
                .within(ACCESS_LIMIT);
    }

    private void control(String verb, String... options) throws IOException {
        String[] command = new String[5 + options.length];
        command[0] = OpenAfsCell.fixture("afsd-fuse");
        command[1] = verb;
        command[2] = mountPoint.toString();
        command[3] = "--dir";
        command[4] = cell.directory().toString();
        System.arraycopy(options, 0, command, 5, options.length);
        ForeignProgram.of(command).within(UMOUNT_LIMIT).run().orThrow();
    }

    /// Unmounts, by force if the daemon hangs. A second close does nothing.
    ///
    /// @throws IOException if the mount is still there after some twenty seconds
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        control("umount");
        Files.delete(mountPoint);
    }
}
