package org.afs4j.system.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.afs4j.mount.ServiceNotice;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What systemd is told of a mount; Python plays systemd.
class ServiceNoticeTest {
    private static final String LISTENER = """
            import socket, sys
            where = sys.argv[1]
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listening.bind(chr(0) + where[1:] if where[0] == "@" else where)
            listening.settimeout(120)
            print("listens", flush=True)
            for _ in range(2):
                print(listening.recv(4096).decode().replace(chr(10), "|"), flush=True)
            """;

    @TempDir
    private Path directory;

    private Process listenAt(String socket) throws IOException {
        RequiredProgram.orSkip("/usr/bin/python3", "python3");
        return new ProcessBuilder("python3", "-c", LISTENER, socket)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"path", "abstract"})
    void isSentToEitherKindOfAddress(String kind) throws IOException {
        String socket = (kind.equals("path") ? directory + "/" : "@afs4j-" + ProcessHandle.current().pid()) + "socket";
        Process listener = listenAt(socket);
        try (BufferedReader lines = listener.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("listens");
            ServiceNotice notice = new ServiceNotice(Map.of("NOTIFY_SOCKET", socket));
            notice.ready("mounted\nso to speak");
            notice.stopping();
            assertThat(lines.readLine()).isEqualTo("READY=1|STATUS=mounted so to speak|");
            assertThat(lines.readLine()).isEqualTo("STOPPING=1|");
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void isNothingWhereNobodyListens() {
        new ServiceNotice(Map.of()).stopping();
        new ServiceNotice(Map.of("NOTIFY_SOCKET", directory + "/none")).stopping();
        new ServiceNotice(Map.of("NOTIFY_SOCKET", "no path")).stopping();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aMountTellsWhenItCanBeUsedAndWhenItEnds() throws Exception {
        RequiredProgram.orSkip("/usr/bin/fusermount3", "fuse3");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse");
        Path mountPoint = Files.createDirectory(directory.resolve("mount"));
        Process listener = listenAt(directory + "/socket");
        try (BufferedReader lines = listener.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("listens");
            ProcessBuilder mount = new ProcessBuilder(MountedCell.afs("mount", "--config", "/nonexistent", mountPoint.toString()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            mount.environment().keySet().removeIf(name -> name.startsWith("AFS4J_"));
            mount.environment().put("NOTIFY_SOCKET", directory + "/socket");
            Process daemon = mount.start();
            try {
                assertThat(lines.readLine()).isEqualTo("READY=1|STATUS=/afs/demo.afs4j is mounted on " + mountPoint + "|");
                daemon.destroy();
                assertThat(lines.readLine()).isEqualTo("STOPPING=1|");
                assertThat(daemon.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            } finally {
                daemon.destroyForcibly();
            }
        } finally {
            listener.destroyForcibly();
        }
    }
}
