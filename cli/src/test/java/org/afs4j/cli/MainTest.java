package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    private final CommandLine commandLine = Main.commandLine(new Surroundings(
            new ByteArrayInputStream(new byte[0]), outBytes, errBytes, false, Map.of(), SystemWorld.instance()));

    @Test
    void helpGoesToStandardOutputAndListsEveryExitCode() {
        assertThat(commandLine.execute("--help")).isEqualTo(ExitCode.DONE.code());
        assertThat(err()).isEmpty();
        assertThat(out()).contains("Usage: afs", "Exit codes:");
        for (ExitCode code : ExitCode.values()) {
            assertThat(out()).containsPattern("(?m)^ +" + code.code() + " +\\S");
        }
    }

    @Test
    void versionNamesTheBuildAndNotAPlaceholder() {
        assertThat(commandLine.execute("--version")).isEqualTo(ExitCode.DONE.code());
        assertThat(out()).containsPattern("afs4j \\d+\\.\\d+").doesNotContain("${");
    }

    @Test
    void anUnknownOptionIsOneLineOnStandardErrorAndAUsageExit() {
        assertThat(commandLine.execute("--no-such-option")).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(out()).isEmpty();
        assertThat(err().lines()).singleElement().asString().contains("--no-such-option", "afs --help");
    }

    @Test
    void noCommandAtAllIsWrongUsage() {
        assertThat(commandLine.execute()).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(err().lines()).singleElement().asString().contains("which command?");
    }

    @Test
    void everyCommandExplainsItselfWithAnExample() {
        assertThat(commandLine.getSubcommands().keySet())
                .contains("demo", "ls", "stat", "cat", "put", "get", "cp", "mkdir", "rm", "mv", "ln", "chmod", "watch", "poke")
                .contains("serve");
        for (String command : commandLine.getSubcommands().keySet()) {
            outBytes.reset();
            assertThat(commandLine.execute(command, "--help")).as(command).isEqualTo(ExitCode.DONE.code());
            assertThat(out()).as(command).contains("Usage: afs " + command, "xample", "afs " + command);
            assertThat(err()).as(command).isEmpty();
        }
    }

    @Test
    void amountsAreReadWithTheirUnitsAndRefusedInOneLineWithout() {
        assertThat(commandLine.execute("ls", "--dead-timeout", "3 fortnights", "/afs")).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(err().lines()).singleElement().asString().contains("--dead-timeout", "fortnights", "afs ls --help");
        errBytes.reset();
        assertThat(commandLine.execute("ls", "--cache-size", "1K", "/afs")).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(err().lines()).singleElement().asString().contains("--cache-size");
    }

    @Test
    void aCellWithoutServersAndAServerWithoutACellAreWrongUsage() {
        assertThat(commandLine.execute("ls", "--config", "/nonexistent", "--cell", "nowhere.example", "/afs"))
                .isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(err()).contains("nowhere.example", "--server");
        errBytes.reset();
        assertThat(commandLine.execute("ls", "--config", "/nonexistent", "--server", "127.0.0.1", "/afs"))
                .isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(err()).contains("--cell");
    }

    private String out() {
        return outBytes.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return errBytes.toString(StandardCharsets.UTF_8);
    }
}
