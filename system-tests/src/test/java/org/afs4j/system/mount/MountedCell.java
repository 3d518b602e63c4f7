package org.afs4j.system.mount;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.system.process.ForeignProgram;

/// A cell mounted by `afs mount` in a process of its own, until it is closed: then it is unmounted, by force if need be.
public final class MountedCell implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /// What hangs is found; what is slow on a busy machine is not taken for that.
    private static final Duration SHELL_LIMIT = Duration.ofMinutes(15);

    private final Process daemon;
    private final Path mountPoint;

    private MountedCell(Process daemon, Path mountPoint) {
        this.daemon = daemon;
        this.mountPoint = mountPoint;
    }

    /// Mounts the root of a cell; what the system property `afs4j.mountOptions` has goes behind `-o`.
    ///
    /// @param options more options of `afs mount`
    /// @throws IOException if it does not work, or not in time
    public static MountedCell mount(CellConfiguration cell, String... options) throws IOException {
        Path mountPoint = Files.createTempDirectory("afs4j-mounted");
        MountedCell mounted = new MountedCell(start(cell, mountPoint, options), mountPoint);
        boolean works = false;
        try {
            mounted.awaitReady();
            works = true;
            return mounted;
        } finally {
            if (!works) {
                mounted.close();
            }
        }
    }

    private static Process start(CellConfiguration cell, Path mountPoint, String... options) throws IOException {
        List<String> command = afs("mount", "--cell", cell.name(), "--config", "/nonexistent");
        for (InetSocketAddress server : cell.locationServers()) {
            command.add("--server");
            command.add(server.getHostString() + ":" + server.getPort() + ":" + cell.fileServerPort());
        }
        command.addAll(List.of(options));
        String more = System.getProperty("afs4j.mountOptions", "");
        if (!more.isEmpty()) {
            command.addAll(List.of("-o", more));
        }
        command.add(mountPoint.toString());
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /// The command `afs` in a JVM as this one is.
    public static List<String> afs(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.afs4j.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    private void awaitReady() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8));
        Thread guard = Thread.startVirtualThread(() -> {
            try {
                if (!daemon.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    daemon.destroyForcibly();
                }
            } catch (InterruptedException ready) {
                Thread.currentThread().interrupt();
            }
        });
        String line = lines.readLine();
        guard.interrupt();
        if (line == null || !line.contains(" is mounted on ")) {
            throw new IOException("afs mount said: " + line);
        }
    }

    /// The process that serves.
    Process daemon() {
        return daemon;
    }

    /// The number of the process that serves.
    public long pid() {
        return daemon.pid();
    }

    /// Sends a signal to the process that serves.
    ///
    /// @param name of the signal, such as `STOP`
    public void signal(String name) throws IOException {
        ForeignProgram.of("kill", "-s", name, Long.toString(daemon.pid())).run().orThrow();
    }

    /// Where it is mounted. Only other processes look there.
    public Path mountPoint() {
        return mountPoint;
    }

    /// A shell command whose `$1` is a place in the mount.
    ///
    /// @param script for `bash -e`
    /// @param path the place, relative to the mount point
    public ForeignProgram shell(String script, String path) {
        return ForeignProgram.of("bash", "-ec", script, "bash", mountPoint.resolve(path).toString()).within(SHELL_LIMIT);
    }

    /// Runs a shell command to its end, which must be good.
    ///
    /// @return what it printed
    public String run(String script, String path) throws IOException {
        return shell(script, path).run().orThrow().text();
    }

    /// Ends the daemon as a user does; what cannot be ended so is aborted.
    @Override
    public void close() throws IOException {
        daemon.destroy();
        boolean ended = false;
        try {
            ended = daemon.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            daemon.destroyForcibly();
        }
        // Nothing is mounted any more after a good end.
        ForeignProgram.of("sh", "-c", "mountpoint -q \"$1\" && umount -l \"$1\"; rmdir \"$1\"", "sh", mountPoint.toString())
                .within(Duration.ofSeconds(20))
                .run();
        if (!ended) {
            throw new IOException("the daemon of " + mountPoint + " did not end by SIGTERM");
        }
    }
}
