package org.afs4j.system.storage;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.afs4j.client.AfsClient;
import org.afs4j.client.configuration.CellConfiguration;

/// `afs serve --data` as a process, at one port through all its lives.
final class ServedData implements AutoCloseable {
    static final String CELL = "kill.test";
    static final String ROOT = "/afs/" + CELL + "/scratch";

    private final Path data;
    private final int port;
    private Process process;
    private String checked = "";

    ServedData(Path data) throws IOException {
        this.data = data;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process = start();
    }

    private Process start() throws IOException {
        Process started = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-ea",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.afs4j.cli.Main",
                        "serve",
                        "--json",
                        "--cell",
                        CELL,
                        "--port",
                        String.valueOf(port),
                        "--check-contents",
                        "--data",
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            if (line.contains("\"event\":\"serving\"")) {
                checked = said.toString();
                return started;
            }
        }
        throw new IOException("it did not serve: " + said);
    }

    /// What its check at the last start said, as JSON lines.
    String checked() {
        return checked;
    }

    /// Kills it, as `kill -9` does, and starts it again.
    void killAndStartAgain() throws IOException, InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        process = start();
    }

    /// A client that gives up on a silent server soon, and so notices soon that it has died.
    AfsClient newImpatientClient() throws IOException {
        return newClient(Duration.ofSeconds(2));
    }

    /// A client that waits for a server on a machine that is slow.
    AfsClient newPatientClient() throws IOException {
        return newClient(Duration.ofMinutes(1));
    }

    private AfsClient newClient(Duration deadTimeout) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return AfsClient.builder()
                .cell(new CellConfiguration(CELL, List.of(address), port))
                .probeInterval(Duration.ofSeconds(1))
                .deadTimeout(deadTimeout)
                .open();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
