package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpGoesToStandardOutputAndListsEveryExitCode() {
        assertThat(execute("--help")).isEqualTo(ExitCode.DONE.code());
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString()).contains("Usage: afs", "Exit codes:");
        for (ExitCode code : ExitCode.values()) {
            assertThat(out.toString()).containsPattern("(?m)^ +" + code.code() + " +\\S");
        }
    }

    @Test
    void versionNamesTheBuildAndNotAPlaceholder() {
        assertThat(execute("--version")).isEqualTo(ExitCode.DONE.code());
        assertThat(out.toString()).containsPattern("afs4j \\d+\\.\\d+").doesNotContain("${");
    }

    @Test
    void anUnknownOptionIsOneLineOnStandardErrorAndAUsageExit() {
        assertThat(execute("--no-such-option")).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).singleElement().asString().contains("--no-such-option", "afs --help");
    }

    @Test
    void noCommandAtAllIsWrongUsage() {
        assertThat(execute()).isEqualTo(ExitCode.WRONG_USAGE.code());
        assertThat(err.toString().lines()).singleElement().asString().contains("which command?");
    }

    private int execute(String... args) {
        CommandLine line = Main.commandLine();
        return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
    }
}
