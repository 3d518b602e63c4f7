package org.afs4j.mount.ffi;

import java.io.IOException;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// The kernel refused a system call.
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int number;

    /// Makes the exception.
    ///
    /// @param call the call and what it was about
    /// @param number the error's number, positive
    public SystemCallException(String call, int number) {
        super(call + ": " + words(number));
        this.number = number;
    }

    private static String words(int number) {
        @Nullable Errno errno = errno(number);
        return errno == null ? "error " + number : errno + ", " + errno.meaning();
    }

    private static @Nullable Errno errno(int number) {
        for (Errno errno : Errno.values()) {
            if (errno.number() == number) {
                return errno;
            }
        }
        return null;
    }

    /// Whether this is the reason.
    ///
    /// @param errno a reason
    public boolean is(Errno errno) {
        return errno.number() == number;
    }
}
