package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.afs4j.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that runs is asked over its control socket.
class StatusTest {
    @TempDir
    private Path directory;

    private CommandLineOnCell afs;

    @BeforeEach
    void start() throws IOException {
        afs = new CommandLineOnCell(directory);
        afs.variables().put("XDG_RUNTIME_DIR", directory.toString());
    }

    @AfterEach
    void stop() {
        afs.close();
    }

    @Test
    void tellsWhatTheCacheOfAWatcherHolds() throws Exception {
        assertThat(afs.run(new byte[] {1}, "put", "-", CommandLineOnCell.SCRATCH + "/f").exitCode()).isZero();
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CommandLineOnCell.Run> watch = beside.submit(
                    () -> afs.run("watch", "--count", "1", "--seconds", "60", CommandLineOnCell.SCRATCH + "/f"));
            List<JsonNode> told = List.of();
            while (told.isEmpty() || told.getFirst().get("cells").get(0).get("mappedVnodes").asInt() == 0) {
                assertThat(watch.isDone()).isFalse();
                told = afs.run("status", "--json").json();
            }
            JsonNode status = told.getFirst();
            assertThat(status.get("command").asText()).isEqualTo("watch");
            assertThat(status.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
            assertThat(status.get("servers").get(0).get("state").asText()).isEqualTo("up");
            assertThat(status.get("servers").get(0).get("roundTripMillis").asDouble()).isPositive();
            assertThat(status.get("volumes")).anyMatch(volume -> volume.get("name").asText().equals("scratch"));
            assertThat(status.get("counters").get("file_server_calls").asLong()).isPositive();
            assertThat(afs.run("status").lines()).contains("command watch").anyMatch(line -> line.startsWith("servers: addresses "));
            Path socket;
            try (var sockets = Files.list(directory.resolve("afs4j"))) {
                socket = sockets.findFirst().orElseThrow();
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("afs4j")))).isEqualTo("rwx------");
            assertThat(afs.run(new byte[] {2}, "put", "-", CommandLineOnCell.SCRATCH + "/f").exitCode()).isZero();
            assertThat(watch.get(60, TimeUnit.SECONDS).exitCode()).isZero();
            assertThat(socket).doesNotExist();
        }
        assertThat(afs.run("status").exitCode()).isEqualTo(3);
        assertThat(afs.run("status", "1").err()).contains("process 1 cannot be asked");
    }

    /// As one that is stopped: the system takes the request, and nobody reads it.
    @Test
    void waitsForAProcessThatDoesNotAnswerForABoundOnly() throws IOException {
        Path sockets = Files.createDirectory(
                directory.resolve("afs4j"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(sockets.resolve("1-mount.sock")));
            CommandLineOnCell.Run run = afs.run("status", "--wait", "20ms");
            assertThat(run.err()).contains("1-mount.sock: no answer within PT0.02S");
            assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE.code());
        }
    }

    @Test
    void refusesADirectoryThatOthersCanWrite() throws IOException {
        Files.createDirectory(directory.resolve("afs4j"));
        Files.setPosixFilePermissions(directory.resolve("afs4j"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(afs.run("status").err()).contains("not a directory of ours alone");
    }
}
