package org.afs4j.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// One subcommand of `afs`.
public abstract class AfsCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help, and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean helpRequested;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    protected AfsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public final Integer call() throws IOException {
        try (Ending ending = Ending.watch()) {
            try {
                return run(ending).code();
            } catch (IOException | RuntimeException e) {
                if (ending.hasBegun()) {
                    return ExitCode.INTERRUPTED.code(); // what fails because everything is being closed is no news
                }
                throw e;
            }
        }
    }

    /// Does the command's work.
    ///
    /// @param ending closes what the command opens
    /// @return how it ended
    /// @throws IOException if it failed
    protected abstract ExitCode run(Ending ending) throws IOException;

    /// What the command finds around itself.
    protected final Surroundings surroundings() {
        return surroundings;
    }

    /// Writes a line to standard output, at once.
    ///
    /// @param line the text, without a line break
    /// @throws OutputGoneException if nobody reads it any longer
    protected final void print(String line) throws OutputGoneException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        if (out.checkError()) { // flushes too
            throw new OutputGoneException();
        }
    }

    /// Reports a failure that does not end the command: a line on standard error.
    ///
    /// @param failure what went wrong
    protected final void report(Throwable failure) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(FailureReport.line(failure));
        err.flush();
    }

    /// A mistake in the command's arguments.
    ///
    /// @param message what is wrong
    protected final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
