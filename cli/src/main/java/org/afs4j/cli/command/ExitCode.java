package org.afs4j.cli.command;

/// What the `afs` command tells its caller when it ends. The help's footer lists these codes.
public enum ExitCode {
    /// Everything that was asked for is done.
    DONE(0, "done"),
    /// Something failed; one line on standard error says what and where.
    FAILED(1, "something failed; one line on standard error says what and where"),
    /// The command line was wrong; nothing was done.
    WRONG_USAGE(2, "wrong usage; nothing was done"),
    /// There is no such file, volume or cell.
    NOT_FOUND(3, "no such file, volume or cell"),
    /// It is there, but not for us.
    NO_PERMISSION(4, "no permission"),
    /// No server answered within its time.
    UNREACHABLE(5, "no server answered in time"),
    /// SIGINT or an interrupt ended it early.
    INTERRUPTED(130, "interrupted (SIGINT)"),
    /// Whoever read the output went away, as `head` does.
    OUTPUT_GONE(141, "nobody reads the output any longer"),
    /// SIGTERM ended it early.
    TERMINATED(143, "ended by SIGTERM");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /// The process's exit status, 0 to 255.
    public int code() {
        return code;
    }

    /// What it means, in words.
    public String meaning() {
        return meaning;
    }
}
