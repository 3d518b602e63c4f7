package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A served cell does what `afs control` says, and tells of itself.
class ControlTest {
    private static final String FILE = "/afs/served.cell/scratch/f";

    @TempDir
    private Path directory;

    private CommandLineOnCell afs;
    private ExecutorService beside;

    @BeforeEach
    void start() throws IOException {
        afs = new CommandLineOnCell(directory);
        afs.variables().put("XDG_RUNTIME_DIR", directory.toString());
        beside = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterEach
    void stop() {
        beside.shutdownNow();
        afs.close();
    }

    /// Starts a cell, waits until it tells of itself, and makes it the cell of the commands that follow.
    private Future<CommandLineOnCell.Run> serve(String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "serve";
        words[1] = "--cell";
        words[2] = "served.cell";
        System.arraycopy(options, 0, words, 3, options.length);
        Future<CommandLineOnCell.Run> serve = beside.submit(() -> afs.run(words));
        List<JsonNode> told = List.of();
        while (told.isEmpty()) {
            assertThat(serve.isDone()).as("the cell is served").isFalse();
            told = afs.run("status", "--json").json();
        }
        String address = told.getFirst().get("servers").get(0).get("address").asText();
        String port = address.substring(address.lastIndexOf(':') + 1);
        afs.variables().put("AFS4J_CELL", "served.cell");
        afs.variables().put("AFS4J_SERVER", "127.0.0.1:" + port + ":" + port);
        return serve;
    }

    private void obeyed(String... order) {
        CommandLineOnCell.Run run = afs.run(order);
        assertThat(run.exitCode()).as("%s: %s", String.join(" ", order), run.err()).isZero();
    }

    private JsonNode status() {
        return afs.run("status", "--json").json().getFirst();
    }

    @Test
    void makesCallsFailAndServersStopAndVolumesMove() throws Exception {
        Future<CommandLineOnCell.Run> serve = serve("--control");
        obeyed("put", directory(new byte[] {1}), FILE);

        obeyed("control", "abort", "code=13", "procedure=FetchData64", "times=1");
        assertThat(afs.run("cat", FILE).exitCode()).as("refused by order, once").isEqualTo(4);
        obeyed("cat", FILE);
        assertThat(status().get("servers").get(0).get("faults").asInt()).isEqualTo(1);

        obeyed("control", "abort", "code=13", "volume=scratch", "lasting=1h");
        assertThat(afs.run("cat", FILE).exitCode()).isEqualTo(4);
        obeyed("control", "clear");
        obeyed("cat", FILE);

        obeyed("control", "stop");
        assertThat(afs.run("cat", "--dead-timeout", "200ms", FILE).exitCode()).as("nobody answers").isEqualTo(5);
        obeyed("control", "start");
        obeyed("cat", FILE);

        obeyed("control", "add-server", "address=127.0.0.2");
        obeyed("control", "move", "volume=scratch", "server=1");
        obeyed("cat", FILE);
        assertThat(status().get("servers")).hasSize(2);
        obeyed("control", "create", "volume=extra", "server=1");
        obeyed("ls", "/afs/served.cell/extra");
        obeyed("control", "delay-breaks", "longest=1ms");
        obeyed("control", "reorder-breaks", "count=2", "longest=1ms");
        obeyed("control", "reorder-breaks", "count=1");
        obeyed("control", "lose-breaks", "count=1");
        obeyed("control", "hold-breaks");
        obeyed("control", "release-breaks");
        obeyed("control", "forget");
        obeyed("control", "refuse", "on=false");
        obeyed("cat", FILE);
        assertThat(serve.cancel(true)).isTrue();
    }

    private String directory(byte[] content) throws IOException {
        Path file = directory.resolve("local");
        Files.write(file, content);
        return file.toString();
    }

    @Test
    void tellsWhatIsWrongWithAnOrder() {
        Future<CommandLineOnCell.Run> serve = serve("--control");
        refused("no such order: dance", "dance", "volume=scratch");
        refused("code is missing", "abort");
        refused("code is a whole number, not x", "abort", "code=x");
        refused("of no meaning here: speed", "abort", "code=1", "speed=2");
        refused("fid is VOLUME.VNODE.UNIQUIFIER", "abort", "code=1", "fid=1.2");
        refused("server is 0 to 0, not 3", "stop", "server=3");
        refused("no volume nowhere", "release", "volume=nowhere");
        refused("a group has a break or more, not 0", "reorder-breaks", "count=0");
        refused("service is file, location or protection", "abort", "service=mail");
        assertThat(afs.run("control", "stop", "server").exitCode()).isEqualTo(2);
        assertThat(afs.run("control", "--pid", "1", "stop").exitCode()).isEqualTo(3);
        CommandLineOnCell.Run answer = afs.run("control", "--json", "clear");
        assertThat(answer.json().getFirst().get("ok").asBoolean()).isTrue();
        assertThat(serve.cancel(true)).isTrue();
    }

    private void refused(String because, String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "control";
        System.arraycopy(words, 0, command, 1, words.length);
        CommandLineOnCell.Run run = afs.run(command);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(because);
    }

    @Test
    void aCellThatWasNotToldToObeysNobody() {
        Future<CommandLineOnCell.Run> serve = serve("--seconds", "60");
        CommandLineOnCell.Run run = afs.run("control", "stop");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("--control");
        assertThat(afs.run("status").lines()).contains("command serve", "cell served.cell");
        assertThat(serve.cancel(true)).isTrue();
    }
}
