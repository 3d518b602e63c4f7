package org.afs4j.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// The root of the `afs` command: reads the arguments and hands over to a subcommand.
///
/// Errors are one line on standard error, never a stack trace; the exit codes are those of [ExitCode].
@Command(
        name = "afs",
        description = "Files in AFS cells, from the command line: listed, copied, watched through coherent mappings, served.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionOfBuild.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:something failed; one line on standard error says what and where",
            "2:wrong usage; nothing was done"
        },
        footer = {"", "Each subcommand explains itself: afs COMMAND --help"})
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private CommandSpec spec;

    /// Made by [#commandLine()]; picocli fills in what the arguments say.
    Main() {}

    /// Runs the command and ends the process with its exit code.
    ///
    /// @param args the arguments as the shell gave them
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /// The command line with every subcommand, ready to execute: tests run it with writers of their own.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static int explainUsage(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        e.getCommandLine().getErr().println("afs: " + oneLine(e) + " (" + command + " --help lists what it takes)");
        return ExitCode.WRONG_USAGE.code();
    }

    private static int explainFailure(Exception e, CommandLine commandLine, ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        err.println("afs: " + oneLine(e));
        return ExitCode.FAILED.code();
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.lines().reduce((a, b) -> a + " " + b).orElse("");
    }
}
