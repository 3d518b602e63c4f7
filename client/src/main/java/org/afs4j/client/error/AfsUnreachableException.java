package org.afs4j.client.error;

import java.util.List;

/// No server could be asked: each one tried was silent, or refused for a reason of its own. Try again when it is back.
public final class AfsUnreachableException extends AfsException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> tried;

    /// Makes the exception.
    ///
    /// @param tried the servers, each with what came of it
    /// @param context where
    public AfsUnreachableException(List<String> tried, AfsContext context) {
        super("no server answered: " + context.describe() + ": tried "
                + (tried.isEmpty() ? "none, for none is known" : String.join("; ", tried)), context);
        this.tried = List.copyOf(tried);
    }

    /// The servers that were tried, each with what came of it.
    public List<String> tried() {
        return tried;
    }
}
