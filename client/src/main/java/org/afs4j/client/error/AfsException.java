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
    /// No override returns a narrower type: the method that would bridge the two has been seen to be inlined by JDK 25.0.3's first compiler
    /// for classes that were loaded later, so that the one class's method ran on another's exception.
    ///
    /// @param path the path
    public abstract AfsException at(String path);

    final <E extends AfsException> E causedBySameAs(E copy) {
        if (getCause() != null) {
            copy.initCause(getCause());
        }
        copy.setStackTrace(getStackTrace());
        return copy;
    }
}
