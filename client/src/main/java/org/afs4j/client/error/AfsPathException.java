package org.afs4j.client.error;

/// A text is no path in AFS.
public final class AfsPathException extends AfsException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /// Makes the exception.
    ///
    /// @param path the text
    /// @param reason what is wrong with it
    public AfsPathException(String path, String reason) {
        super(path + ": " + reason, AfsContext.NONE.withPath(path));
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
