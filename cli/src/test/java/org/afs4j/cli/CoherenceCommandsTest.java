package org.afs4j.cli;

import static org.afs4j.cli.FileCommandsTest.done;
import static org.afs4j.cli.FileCommandsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.afs4j.cli.CommandLineOnCell.Run;
import org.afs4j.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoherenceCommandsTest {
    private static final String FLAG = CommandLineOnCell.SCRATCH + "/flag";
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path local;

    private CommandLineOnCell afs;

    @BeforeEach
    void startACell() throws IOException {
        afs = new CommandLineOnCell(local);
    }

    @AfterEach
    void endIt() {
        afs.close();
    }

    /// A command that runs beside the test.
    private final class Background {
        private final Semaphore lines = new Semaphore(0);
        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
        private final FutureTask<Run> task;
        private final Thread thread;

        Background(String... args) throws InterruptedException {
            OutputStream out = new OutputStream() {
                @Override
                public void write(int b) {
                    copy.write(b);
                    if (b == '\n') {
                        lines.release();
                    }
                }
            };
            task = new FutureTask<>(() -> afs.run(new byte[0], out, copy, args));
            thread = new Thread(task, "command-beside-the-test");
            thread.setDaemon(true);
            thread.start();
            awaitLine();
        }

        void awaitLine() throws InterruptedException {
            assertThat(lines.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        List<JsonNode> soFar() {
            return new Run(0, copy.toByteArray(), "").json();
        }

        Run interrupt() throws Exception {
            thread.interrupt();
            return end();
        }

        Run end() throws Exception {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aWatcherSeesEveryChangeOfAPokerInOrder() throws Exception {
        done(afs.run(new byte[] {(byte) 250, 7}, "put", "-", FLAG));
        Background watch = new Background("watch", "--json", "--bytes", "16", "--count", "20", FLAG);

        List<JsonNode> pokes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pokes.addAll(done(afs.run("poke", "--json", FLAG)).json());
            watch.awaitLine();
        }

        List<JsonNode> events = done(watch.end()).json();
        JsonNode start = events.getFirst();
        assertThat(start.get("event").asText()).isEqualTo("start");
        assertThat(start.get("bytes").asText()).isEqualTo("fa07");
        List<JsonNode> changes = events.subList(1, 21);
        assertThat(changes).allMatch(change -> change.get("event").asText().equals("change"));
        List<Integer> expected = IntStream.rangeClosed(1, 20).mapToObj(i -> (250 + i) % 256).toList();
        assertThat(pokes.stream().map(poke -> poke.get("firstByte").asInt())).isEqualTo(expected);
        assertThat(changes.stream().map(change -> change.get("firstByte").asInt())).isEqualTo(expected);
        assertThat(changes.getFirst().get("epochNanos").asLong()).isGreaterThan(start.get("epochNanos").asLong());
        JsonNode end = events.getLast();
        assertThat(end.get("event").asText()).isEqualTo("end");
        assertThat(end.get("strips").asLong()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void aWatcherPrintsTextForPeople() throws Exception {
        done(afs.run(new byte[] {1}, "put", "-", FLAG));
        Background watch = new Background("watch", "-n1", FLAG);
        done(afs.run("poke", FLAG));
        assertThat(done(watch.end()).lines()).satisfiesExactly(
                start -> assertThat(start).endsWith("Z watching " + FLAG + ": 01"),
                change -> assertThat(change).endsWith("Z change 1: 02"));
    }

    @Test
    void aWatcherThatSeesTooFewChangesFails() {
        done(afs.run(new byte[] {1}, "put", "-", FLAG));
        Run watch = afs.run("watch", "--count", "1", "--seconds", "100ms", FLAG);
        assertThat(watch.exitCode()).isEqualTo(ExitCode.FAILED.code());
        assertThat(watch.lines()).hasSize(1);
    }

    @Test
    void aWatcherTellsThatItsFileHasShrunk() throws Exception {
        done(afs.run(new byte[] {1, 2}, "put", "-", FLAG));
        Background watch = new Background("watch", "--json", "-n1", FLAG);
        done(afs.run(new byte[0], "put", "-", FLAG));
        assertThat(done(watch.end()).json().get(1).get("bytes").asText()).isEmpty();
    }

    @Test
    void anEmptyFileAndNoFileCannotBeWatched() {
        done(afs.run(new byte[0], "put", "-", FLAG));
        failed(afs.run("watch", FLAG), ExitCode.FAILED, FLAG, "empty");
        failed(afs.run("watch", FLAG + "x"), ExitCode.NOT_FOUND, FLAG + "x");
        failed(afs.run("watch", "--bytes", "0", FLAG), ExitCode.WRONG_USAGE, "--bytes");
    }

    @Test
    void aPokerMakesTheFileAndCountsFromWhatItHolds() {
        done(afs.run("poke", FLAG, "-n", "2", "-i", "1ms", "--json"));
        assertThat(done(afs.run("cat", FLAG)).outBytes()).containsExactly(2);
        assertThat(done(afs.run("poke", FLAG)).out()).contains("first byte 3");
    }

    @Test
    void theDemoSeesEveryChangeThroughARestartThatLosesCallbackState() {
        List<JsonNode> events = done(afs.run("demo", "--seconds", "1", "--probe-interval", "300ms", "--json")).json();
        assertThat(names(events)).startsWith("start", "change").endsWith("change", "summary").containsOnlyOnce("restart");
        JsonNode summary = events.getLast();
        long changes = summary.get("changes").asLong();
        assertThat(changes).isGreaterThan(2);
        assertThat(summary.get("seen").asLong()).isEqualTo(changes);
        assertThat(events.stream().filter(event -> event.get("event").asText().equals("change")))
                .extracting(event -> event.get("number").asLong())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, (int) changes).mapToObj(Long::valueOf).toList());
        assertThat(summary.get("p50Micros").asDouble()).isLessThanOrEqualTo(summary.get("p99Micros").asDouble());
        assertThat(summary.get("strips").asLong()).isGreaterThanOrEqualTo(changes);
        assertThat(summary.get("refetches").asLong()).isGreaterThanOrEqualTo(changes);
    }

    @Test
    void theDemoRunsInACellThatIsThereAndLeavesNothingBehind() {
        assertThat(done(afs.run("demo", "--seconds", "300ms", "--path", CommandLineOnCell.SCRATCH)).lines())
                .first()
                .asString()
                .contains(CommandLineOnCell.SCRATCH + "/afs4j-demo-");
        assertThat(done(afs.run("ls", "-a", CommandLineOnCell.SCRATCH)).out()).isEmpty();
        failed(afs.run("demo", "--cell", "test.cell"), ExitCode.WRONG_USAGE, "--path");
        failed(afs.run("demo", "--path", "/afs/test.cell"), ExitCode.NO_PERMISSION, "EACCES", "/afs/test.cell");
    }

    @Test
    void serveTellsHowToUseItAndIsUsedThatWay() throws Exception {
        Background serve = new Background("serve", "--cell", "other.cell", "--json");
        JsonNode ready = serve.soFar().getFirst();
        String server = ready.get("server").asText();
        String path = ready.get("path").asText() + "/f";
        assertThat(ready.get("cell").asText()).isEqualTo("other.cell");
        done(afs.run(new byte[] {'x'}, "put", "--cell", "other.cell", "--server", server, "-", path));
        assertThat(done(afs.run("cat", "--cell", "other.cell", "--server", server, path)).out()).isEqualTo("x");
        done(serve.interrupt());
        failed(
                afs.run("cat", "--dead-timeout", "1s", "--cell", "other.cell", "--server", server, path),
                ExitCode.UNREACHABLE,
                path);
    }

    @Test
    void serveRefusesWhatItCannotServe() {
        String taken = Integer.toString(afs.cell().volumeLocationAddress().getPort());
        failed(afs.run("serve", "--port", taken), ExitCode.FAILED, "port " + taken);
        failed(afs.run("serve", "--bind", "0.0.0.0"), ExitCode.WRONG_USAGE, "--advertise");
        failed(afs.run("serve", "--cell", "a/b"), ExitCode.WRONG_USAGE, "--cell");
    }

    private static List<String> names(List<JsonNode> events) {
        List<String> names = new ArrayList<>();
        events.forEach(event -> names.add(event.get("event").asText()));
        return names;
    }
}
