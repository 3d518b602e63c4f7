package org.afs4j.cli.command;

import java.io.IOException;

/// Whoever read the output went away; a command that writes more has no purpose left.
public final class OutputGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    /// Makes the exception.
    public OutputGoneException() {
        super("nobody reads the output any longer");
    }
}
