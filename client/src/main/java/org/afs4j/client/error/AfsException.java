package org.afs4j.client.error;

import java.io.IOException;

/// Something in AFS failed; the message says what, where (path, cell, volume, server) and what can be done.
public abstract sealed class AfsException extends IOException
        permits AfsConfigurationException, AfsFileException, AfsLockLostException, AfsPathException, AfsUnreachableException {
    private static final long serialVersionUID = 1L;

    private final transient AfsContext context;

    AfsException(String message, AfsContext context) {
        super(message);
        this.context = context;
    }

    /// Where it failed.
    public AfsContext context() {
        return context;
    }

    /// The same failure, told with the path that the user named.
    ///
    /// No subclass overrides it: a call of the only override known so far has been seen to stay compiled to that one (JDK 25.0.3)
    /// though another class was loaded meanwhile, so that the one class's method ran on another's exception.
    ///
    /// @param path the path
    public final AfsException at(String path) {
        AfsContext there = context.withPath(path);
        AfsException copy = switch (this) {
            case AfsConfigurationException e -> new AfsConfigurationException(e.problem(), there);
            case AfsFileException e -> new AfsFileException(e.error(), e.code(), there);
            case AfsLockLostException _ -> new AfsLockLostException(there);
            case AfsPathException e -> new AfsPathException(path, e.reason());
            case AfsUnreachableException e -> new AfsUnreachableException(e.tried(), there);
        };
        if (getCause() != null) {
            copy.initCause(getCause());
        }
        copy.setStackTrace(getStackTrace());
        return copy;
    }
}
