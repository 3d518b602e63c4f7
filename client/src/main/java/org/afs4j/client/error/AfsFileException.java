package org.afs4j.client.error;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.afs4j.pagecache.error.FileTooLargeException;
import org.afs4j.pagecache.error.PageCacheFullException;
import org.afs4j.pagecache.error.PageConflictException;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Errno;
import org.afs4j.rx.RxClosedException;
import org.jspecify.annotations.Nullable;

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

    /// Tells a failure of any kind as one of AFS's.
    ///
    /// @param failure what was thrown
    /// @param where where
    /// @return the failure itself if it is an [AfsException] or tells of an interrupt; otherwise one that has it as its cause
    public static IOException of(IOException failure, AfsContext where) {
        @Nullable AfsError error = switch (failure) {
            case AfsException _, InterruptedIOException _ -> null;
            case FileTooLargeException _ -> AfsError.EFBIG;
            case PageConflictException _, PinTimeoutException _ -> AfsError.EBUSY;
            case PageCacheFullException _ -> AfsError.ENOMEM;
            case RxClosedException _ -> AfsError.UAESHUTDOWN;
            default -> AfsError.EIO;
        };
        if (error == null) {
            return failure;
        }
        String doing = where.procedure() == null ? failure.getMessage() : where.procedure() + " (" + failure.getMessage() + ")";
        AfsContext told = new AfsContext(where.path(), where.cell(), where.volume(), where.fid(), where.server(), doing);
        AfsFileException typed = new AfsFileException(error, told);
        typed.initCause(failure);
        return typed;
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
}
