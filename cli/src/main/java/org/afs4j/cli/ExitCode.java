package org.afs4j.cli;

/// What the `afs` command tells its caller when it ends. The help's footer lists these codes.
public enum ExitCode {
    /// Everything that was asked for is done.
    DONE(0),
    /// Something failed; one line on standard error says what and where.
    FAILED(1),
    /// The command line was wrong; nothing was done.
    WRONG_USAGE(2);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /// The process's exit status, 0 to 255.
    public int code() {
        return code;
    }
}
