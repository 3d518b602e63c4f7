package org.afs4j.cli.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.afs4j.cell.AfsCell;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.cli.command.ClientOptions;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.ControlSocket;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsNode;
import org.afs4j.mount.AfsMount;
import org.afs4j.mount.MountOptions;
import org.afs4j.mount.ServiceNotice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs mount`: AFS as a file system of the host.
@Command(
        name = "mount",
        description = {
            "Mount AFS on a directory, until it is unmounted or SIGINT or SIGTERM comes.",
            "Without PATH it is the root of the cell that --cell, $AFS4J_CELL or ThisCell names. Where none is named a cell of its"
                    + " own is started, whose volumes are in memory, and mounted.",
            "What other clients change shows by itself, in mapped files too."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  afs mount /mnt/afs",
            "  afs mount --cell example.org --server afs1.example.org /mnt/afs /afs/example.org/",
            "  afs umount /mnt/afs"
        })
public final class Mount extends AfsCommand {
    private static final String CELL_NAME = "demo.afs4j";

    @Parameters(index = "0", paramLabel = "MOUNTPOINT", description = "The directory to mount on.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path mountPoint;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            description = "What to mount: a directory in AFS, or /afs with all cells. Default: the cell's root.")
    private @Nullable String path;

    @Option(
            names = {"-o", "--options"},
            paramLabel = "OPTION[,OPTION…]",
            description = "As of mount(8): ro, rw, allow_other, exec, noexec, uid=N, gid=N, timeout=DURATION, io_uring=auto|on|off,"
                    + " source=TEXT;"
                    + " others that only tell mount(8) something are let pass.")
    private String options = "";

    @Option(
            names = "--ready-file",
            paramLabel = "FILE",
            description = "Write a line with the mount point there once it is mounted.")
    private @Nullable Path readyFile;

    @Option(
            names = "--daemon",
            description = "Go on in the background once it is mounted, and end with an error if it cannot be.")
    @SuppressWarnings("UnusedVariable") // the launcher acts on it: a JVM cannot leave its terminal
    private boolean daemon;

    @Option(
            names = "--log-file",
            paramLabel = "FILE",
            description = "Where --daemon writes. Default: /var/log/afs4j-mount.log, or ~/.afs4j-mount.log.")
    private @Nullable Path logFile;

    @Option(
            names = "--pid-file",
            paramLabel = "FILE",
            description = "Write the number of the process there once it is mounted; it is removed at the end.")
    private @Nullable Path pidFile;

    @Option(
            names = "--seconds",
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            description = "Unmount after this time.")
    private @Nullable Duration bound;

    private volatile boolean byIoUring;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private ClientOptions client;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Mount(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        @Nullable String cell = client.namedCell(surroundings().variables());
        boolean ownCell = cell == null && path == null;
        AfsClient opened = ownCell ? ofOwnCell(ending) : client.builder(surroundings().variables()).open();
        ending.closes(opened::close);
        // Before the mount, so that it is closed after it: the socket may lie below.
        ControlSocket.offer(surroundings(), ending, "mount", () -> byIoUring ? "mount by io_uring" : "mount", opened);
        String mounted = path != null ? path : "/afs/" + (ownCell ? CELL_NAME : cell);
        AfsNode root = mounted.startsWith("#") || mounted.startsWith("%") ? opened.volume(mounted) : opened.node(mounted, true);
        MountOptions how = MountWords.parse(options, MountOptions.of(mounted), this::wrongUsage);
        refuseBelow(logFile, "--log-file");
        refuseBelow(pidFile, "--pid-file");
        refuseBelow(readyFile, "--ready-file");
        AfsMount mount = AfsMount.open(surroundings().world(), root, mountPoint, how);
        ending.closes(mount::close);
        byIoUring = mount.usesIoUring();
        tell(mounted, mount, ending);
        return await(mount, ending);
    }

    private AfsClient ofOwnCell(Ending ending) throws IOException {
        AfsCell cell = AfsCell.builder().name(CELL_NAME).world(surroundings().world()).start();
        ending.closes(cell::close);
        String server = cell.volumeLocationAddress().getAddress().getHostAddress() + ":"
                + cell.volumeLocationAddress().getPort() + ":" + cell.fileServerAddress().getPort();
        print("no cell is named (--cell and --server): serving " + CELL_NAME + ", whose files end with this command;");
        print("  other commands reach it by --cell " + CELL_NAME + " --server " + server);
        return client.limits(AfsClient.builder().cell(CELL_NAME, server)).open();
    }

    /// The process must never use what it serves itself.
    private void refuseBelow(@Nullable Path file, String option) {
        if (file != null && file.toAbsolutePath().normalize().startsWith(mountPoint.toAbsolutePath().normalize())) {
            throw wrongUsage(option + ": " + file + " would be on the mount itself");
        }
    }

    private void tell(String mounted, AfsMount mount, Ending ending) throws IOException {
        if (pidFile != null) {
            Path file = pidFile;
            Files.writeString(file, ProcessHandle.current().pid() + "\n");
            ending.closes(() -> Files.deleteIfExists(file));
        }
        if (readyFile != null) {
            Files.writeString(readyFile, mount.mountPoint() + "\n");
        }
        ServiceNotice notice = new ServiceNotice(surroundings().variables());
        ending.closes(notice::stopping);
        notice.ready(mounted + " is mounted on " + mount.mountPoint());
        print(mounted + " is mounted on " + mount.mountPoint() + (mount.usesIoUring() ? " by io_uring" : "") + "; 'afs umount " + mount.mountPoint() + "' or Ctrl-C ends it");
    }

    private ExitCode await(AfsMount mount, Ending ending) {
        surroundings().world().start("afs4j-mount-end", () -> {
            try {
                mount.awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ending.begin();
        });
        while (!ending.await(bound == null ? Duration.ofDays(1) : bound) && bound == null) {
            assert !ending.hasBegun();
        }
        return ExitCode.DONE;
    }
}
