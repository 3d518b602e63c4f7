package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.afs4j.cli.CommandLineOnCell.Run;
import org.afs4j.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateTest {
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

    @Test
    void tellsOfEachSeedAndOfAll() {
        Run run = afs.run("simulate", "--seed", "3", "--seeds", "2");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE.code());
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(0)).startsWith("seed 3: good, ");
        assertThat(run.lines().get(1)).startsWith("seed 4: good, ");
        assertThat(run.lines().get(2)).startsWith("2 good, 0 bad; ");
    }

    @Test
    void runsAPlanByItsText() {
        String plan =
                "seed=5 seconds=2 clients=2 files=1 slots=2 names=1 mappedWrites=1 locks=1 pins=1 skewPerMille=0 pauseMillis=20 promiseSeconds=0 lossPerMille=0 delayMicros=100 disk=1 diskMicros=50 faults=BREAK_VOLUME@500+0#0";
        Run run = afs.run("simulate", "--json", "--plan", plan);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE.code());
        assertThat(run.json()).hasSize(2);
        assertThat(run.json().get(0).get("plan").asText()).isEqualTo(plan);
        assertThat(run.json().get(0).get("reads").asInt()).isPositive();
        assertThat(run.json().get(1).get("good").asInt()).isEqualTo(1);
    }

    /// A run fails, as the server loses breaks in it: it is shown, shrunk, and named in the end.
    @Test
    void tellsOfARunThatFails() {
        String plan =
                "seed=1094 seconds=21 clients=2 files=1 slots=1 names=1 mappedWrites=0 locks=0 pins=0 skewPerMille=0 pauseMillis=1355 promiseSeconds=0 lossPerMille=0 delayMicros=2625 disk=0 diskMicros=0 faults=LOSE_BREAKS@1000+0#0;PARTITION@2000+1#0;PARTITION@3000+1#1";
        Run run = afs.run("simulate", "--plan", plan, "--shrink-runs", "2");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FAILED.code());
        assertThat(run.lines().getFirst()).startsWith("seed 1094: BAD, 2 clients, ").endsWith("; 2 PARTITION, LOSE_BREAKS");
        assertThat(run.lines()).contains("  again: afs simulate --plan '" + plan + "'");
        assertThat(run.out()).contains("the smallest plan found that fails: afs simulate --plan 'seed=1094 ");
        assertThat(run.lines().getLast()).startsWith("0 good, 1 bad (seeds 1094); ");
        Run json = afs.run("simulate", "--json", "--plan", plan, "--shrink-runs", "0");
        assertThat(json.exitCode()).isEqualTo(ExitCode.FAILED.code());
        assertThat(json.json()).extracting(line -> line.get("event").asText()).containsExactly("bad", "shrunk", "end");
        assertThat(json.json().getLast().get("badSeeds").asText()).isEqualTo("1094");
    }

    @Test
    void explainsAPlanThatIsNone() {
        Run run = afs.run("simulate", "--plan", "seed=1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(run.err()).contains("a plan has a seconds");
    }
}
