package org.afs4j.cell;

import org.afs4j.rx.RxAbortException;

/// The codes with which the cell's servers refuse calls.
///
/// Error numbers of Unix are those of Linux. A client that announced that it knows them gets the universal ones instead
/// (UAE: 49733376 and the Linux number less one), which mean the same everywhere.
///
/// Source: OpenAFS `src/util/errmap_nt.h`, `src/comerr`, `src/afs/uae.h`, `src/vlserver/vl_errors.et`.
final class AbortCode {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EXDEV = 18;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int EFBIG = 27;
    static final int EROFS = 30;
    static final int EIO = 5;
    /// FSERR_ELOOP: a rename that would move a directory into itself. The number is the same on every platform; it is not
    /// Linux's ELOOP.
    static final int DIRECTORY_LOOP = 90;
    /// FSERR_EOPNOTSUPP, again no number of Linux's.
    static final int NOT_SUPPORTED = 122;
    static final int VNOVNODE = 102;
    static final int VNOVOL = 103;
    static final int VOFFLINE = 106;
    static final int VMOVED = 111;
    static final int VRESTARTING = -100;
    static final int VDISKFULL = 108;
    static final int VOVERQUOTA = 109;
    /// What a file server aborts with while it is not able to reach its client's callback service.
    static final int CLIENT_NOT_REACHED = -1;
    static final int VL_NOENT = 363524;

    private static final int UNIVERSAL_BASE = 49733376;
    private static final int LARGEST_ERRNO = 100;
    private static final int LEFT_OUT_ERRNO = 58;

    private AbortCode() {}

    static RxAbortException refusal(int code) {
        return new RxAbortException(code);
    }

    /// The code as a client that knows universal error numbers gets it. The universal table leaves out number 58 of Linux.
    static int universal(int code) {
        if (code <= 0 || code > LARGEST_ERRNO) {
            return code;
        }
        return UNIVERSAL_BASE + code - (code < LEFT_OUT_ERRNO ? 1 : 2);
    }
}
