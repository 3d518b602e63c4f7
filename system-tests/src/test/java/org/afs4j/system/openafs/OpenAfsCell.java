package org.afs4j.system.openafs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RepositoryRoot;

/// A running OpenAFS cell: its servers are real, in a network namespace of their own, and serve unauthenticated clients.
///
/// Volumes: `root.afs` and `root.cell` (replicated), `scratch` at `/afs/CELL/scratch` (anyone may write), `repl` (replicated,
/// read-write at `/afs/.CELL/repl`). If the test JVM dies the cell stops by itself.
///
/// Threads: one at a time.
public final class OpenAfsCell implements AutoCloseable {
    /// Whether a file server that starts again still knows what it promised to its clients.
    public enum CallbackState {
        /// Saved at the stop and read at the start: clients notice nothing.
        KEPT,
        /// Deleted in between: clients get InitCallBackState3 at first contact.
        DROPPED
    }

    /// What makes the file server break the promises on a whole volume.
    public enum VolumeBreak {
        /// The server is told to; the volume does not change.
        FSSYNC,
        /// `vos release`: a new snapshot of the read-only volume.
        RELEASE,
        /// `vos restore` of the volume's own dump.
        RESTORE
    }

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final int LOCATION_PORT = 7003;
    private static final int FIRST_CLIENT_HOST = 11;

    private final CellSlot slot;
    private final AtomicInteger clients = new AtomicInteger();
    private final List<AfsdFuseMount> mounts = new ArrayList<>();

    private OpenAfsCell(CellSlot slot) {
        this.slot = slot;
    }

    /// Makes a new cell and waits until it serves, some ten seconds.
    ///
    /// @throws IOException if it does not come up within three minutes, with what the servers said
    static OpenAfsCell start() throws IOException {
        CellSlot slot = CellSlot.take();
        OpenAfsCell cell = new OpenAfsCell(slot);
        try {
            cell.control("stop", "--purge");
            cell.control("start", "--fresh", "--while-pid", Long.toString(ProcessHandle.current().pid()));
            return cell;
        } catch (IOException e) {
            slot.close();
            throw e;
        }
    }

    /// The cell's name, as in `/afs/NAME`.
    public String name() {
        return "afs.test";
    }

    /// The volume location server: the file server is at the same address.
    public InetSocketAddress locationServer() {
        return new InetSocketAddress("10.98." + slot.id() + ".1", LOCATION_PORT);
    }

    /// A directory with the `CellServDB` and `ThisCell` of a client of this cell.
    public Path configDirectory() {
        return directory().resolve("client");
    }

    /// The network interface that carries all traffic of the cell's servers, whoever they talk to. The bridge itself would
    /// not do: it shows only what this machine's own clients send and get.
    public String networkInterface() {
        return "afs-afs4j" + slot.id();
    }

    /// Stops the file server cleanly and starts it again; it serves when this returns.
    ///
    /// @throws IOException if it does not come back
    public void restartFileServer(CallbackState state) throws IOException {
        if (state == CallbackState.DROPPED) {
            control("restart-fileserver", "--drop-callback-state");
        } else {
            control("restart-fileserver");
        }
    }

    /// Kills the file server, which so loses its callback state; it is salvaged and serves again when this returns.
    ///
    /// @throws IOException if it does not come back
    public void crashFileServer() throws IOException {
        control("restart-fileserver", "--crash");
    }

    /// Stops the file server and leaves it down.
    ///
    /// @throws IOException if it does not stop
    public void stopFileServer() throws IOException {
        control("stop-fileserver");
    }

    /// Starts the file server after [#stopFileServer()]; it serves when this returns.
    ///
    /// @throws IOException if it does not come up
    public void startFileServer() throws IOException {
        control("start-fileserver");
    }

    /// Makes the file server break the promises on a whole volume (CB-10).
    ///
    /// @throws IOException if there is no such volume, or it does not suit the way
    public void breakVolume(String volume, VolumeBreak how) throws IOException {
        String way = switch (how) {
            case FSSYNC -> "fssync";
            case RELEASE -> "release";
            case RESTORE -> "restore";
        };
        control("break-volume", volume, "--how", way);
    }

    /// Moves a volume of the first partition to the other one of the server, or back.
    ///
    /// @throws IOException if it cannot be moved
    public void moveVolume(String volume, boolean back) throws IOException {
        String server = locationServer().getHostString();
        exec("vos", "move", volume, server, back ? "b" : "a", server, back ? "a" : "b", "-localauth", "-noresolve");
    }

    /// Writes all of a volume to a file, from which [#restoreVolume] brings it back.
    ///
    /// @throws IOException if there is no such volume
    public Path dumpVolume(String volume) throws IOException {
        Path dump = directory().resolve("run").resolve(volume + ".dump");
        exec("vos", "dump", volume, "0", "-file", dump.toString(), "-localauth", "-noresolve");
        return dump;
    }

    /// Makes a volume what it was when it was dumped: what is newer is lost.
    ///
    /// @throws IOException if it cannot be restored
    public void restoreVolume(String volume, Path dump) throws IOException {
        String server = locationServer().getHostString();
        exec("vos", "restore", server, "a", volume, "-file", dump.toString(), "-overwrite", "full", "-localauth", "-noresolve");
    }

    /// Makes an empty volume that anyone may write, seen at `/afs/CELL/MOUNT` by clients that start afterwards; those that
    /// know `/afs/CELL` already may go on without it for a while.
    ///
    /// @throws IOException if it cannot be made
    public void makeVolume(String volume, String mount) throws IOException {
        control("make-volume", volume, "--mount", mount);
    }

    /// Makes a volume with one access control list entry, seen at `/afs/CELL/MOUNT`.
    ///
    /// @param acl who and rights, as in `system:anyuser rl`
    /// @throws IOException if it cannot be made
    public void makeVolume(String volume, String mount, String acl) throws IOException {
        control("make-volume", volume, "--mount", mount, "--acl", acl);
    }

    /// Makes an empty volume without a quota that anyone may write, on a disk of 16 MiB, seen at `/afs/CELL/MOUNT`.
    ///
    /// @throws IOException if it cannot be made
    public void makeVolumeOnSmallDisk(String volume, String mount) throws IOException {
        control("make-volume", volume, "--mount", mount, "--partition", "c");
        exec("vos", "setfields", "-id", volume, "-maxquota", "0", "-localauth", "-noresolve");
    }

    /// Fills the small disk, or makes room on it again.
    ///
    /// @throws IOException if that is not possible
    public void fillSmallDisk(boolean full) throws IOException {
        exec("sh", "-c", full ? "dd if=/dev/zero of=/vicepc/ballast bs=4096 2>&1 | grep -q 'No space'" : "rm /vicepc/ballast");
    }

    /// Takes down the link between the servers and everybody else, or brings it up again.
    ///
    /// @throws IOException if that is not possible
    public void cutNetwork(boolean cut) throws IOException {
        ForeignProgram.of("ip", "link", "set", networkInterface(), cut ? "down" : "up").run().orThrow();
    }

    /// Runs an administrator's command inside the cell, such as `vos examine scratch -localauth`, and gives what it printed.
    ///
    /// @throws IOException if it does not end with 0 within a minute
    public String exec(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of(fixture("openafs-cell"), "exec", "--id", Integer.toString(slot.id())));
        all.addAll(List.of(command));
        return ForeignProgram.of(all.toArray(String[]::new)).run().orThrow().text();
    }

    /// Mounts the cell by OpenAFS's own user-space client, in a network namespace and so with an address of its own. The
    /// namespace stays until the cell is closed, so that the host of a client which has gone can still answer the server.
    ///
    /// @throws IOException if it is not mounted within some ten seconds
    public AfsdFuseMount mountAfsdFuse() throws IOException {
        int client = clients.getAndIncrement();
        String namespace = "afs4j" + slot.id() + "c" + client;
        control("client-netns", "add", namespace, "10.98." + slot.id() + "." + (FIRST_CLIENT_HOST + client % 200));
        AfsdFuseMount mount = AfsdFuseMount.mount(this, namespace);
        mounts.add(mount);
        return mount;
    }

    /// Starts to record the callback calls that the file server sends to any client.
    ///
    /// @throws IOException if the wire cannot be read
    public CallbackWatch watchCallbacks() throws IOException {
        return CallbackWatch.start(fixture("cbwatch.py"), networkInterface());
    }

    /// Starts the file server if a test left it down.
    void ensureServing() throws IOException {
        if (program("status").within(START_LIMIT).run().exitCode() != 0) {
            control("start-fileserver");
        }
    }

    /// A program of the fixture, by its absolute path.
    static String fixture(String name) {
        return RepositoryRoot.path().resolve("system-tests/openafs").resolve(name).toString();
    }

    /// The directory that holds everything this cell writes.
    Path directory() {
        return Path.of("/var/tmp/afs4j-cell-" + slot.id());
    }

    private void control(String... arguments) throws IOException {
        program(arguments).within(START_LIMIT).run().orThrow();
    }

    private ForeignProgram program(String... arguments) {
        List<String> all = new ArrayList<>(List.of(fixture("openafs-cell")));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--id", Integer.toString(slot.id())));
        return ForeignProgram.of(all.toArray(String[]::new));
    }

    /// Unmounts what is still mounted and stops the servers; nothing of the cell remains.
    ///
    /// @throws IOException if the servers do not stop
    @Override
    public void close() throws IOException {
        try {
            for (AfsdFuseMount mount : mounts) {
                mount.close();
            }
        } finally {
            control("stop", "--purge");
            slot.close();
        }
    }
}
