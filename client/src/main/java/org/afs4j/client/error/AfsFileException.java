package org.afs4j.client.error;

import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;

/// A file, directory or volume could not be used as asked; [#error()] says why.
public final class AfsFileException extends AfsException {
    private static final long serialVersionUID = 1L;

    private final AfsError error;
    private final int code;

    /// Makes the exception.
    ///
    /// @param error why
    /// @param code the code as the server sent it, or the error's own
    /// @param context where
    public AfsFileException(AfsError error, int code, AfsContext context) {
        super(shortName(error) + " (" + code + "): " + context.describe() + ": " + error.meaning(), context);
        this.error = error;
        this.code = code;
    }

    /// The universal errors that servers send are told under the names that everybody knows.
    private static String shortName(AfsError error) {
        return error.family() == AfsError.Family.UAE ? error.errno().name() : error.name();
    }

    /// Makes the exception for what the client found itself.
    ///
    /// @param error why
    /// @param context where
    public AfsFileException(AfsError error, AfsContext context) {
        this(error, error.code(), context);
    }

    /// Why.
    public AfsError error() {
        return error;
    }

    /// Why, as the platform's error.
    public Errno errno() {
        return error.errno();
    }

    /// The code as the server sent it.
    public int code() {
        return code;
    }

    @Override
    public AfsFileException at(String path) {
        return causedBySameAs(new AfsFileException(error, code, context().withPath(path)));
    }
}
