package org.afs4j.cli.command;

import java.io.IOException;

/// A command cannot do what was asked, for a reason of its own: not one of AFS or of the local file system.
public final class CommandFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /// Makes the failure.
    ///
    /// @param exitCode how the command ends
    /// @param message what and where, in one line
    public CommandFailure(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /// How the command ends.
    public ExitCode exitCode() {
        return exitCode;
    }
}
