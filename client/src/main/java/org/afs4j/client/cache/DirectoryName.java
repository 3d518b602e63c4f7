package org.afs4j.client.cache;

import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.xdr.NameCodec;

/// What AFS asks of a name in a directory: 1 to 255 bytes, of which none is `/` or NUL; and not `@sys` at its end, which stands for
/// something else in every look-up.
final class DirectoryName {
    private static final int MOST_BYTES = 255;
    private static final int SLOT_BYTES = 32;
    private static final int BYTES_OF_FIRST_SLOT = 16;

    private DirectoryName() {}

    /// Refuses a name that no entry can have.
    ///
    /// @param directory where it is to be made, for the failure
    /// @param procedure what is to make it, for the failure
    /// @return how many bytes it has
    /// @throws AfsFileException EINVAL, or ENAMETOOLONG
    static int requireValid(String name, Vnode directory, String procedure) throws AfsFileException {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0 || name.endsWith("@sys")) {
            throw new AfsFileException(AfsError.EINVAL, directory.where(procedure + " of a name that no entry can have"));
        }
        int bytes;
        try {
            bytes = NameCodec.byteLength(name);
        } catch (IllegalArgumentException noBytes) {
            AfsFileException failure =
                    new AfsFileException(AfsError.EINVAL, directory.where(procedure + " of a name that has no bytes"));
            failure.initCause(noBytes);
            throw failure;
        }
        if (bytes > MOST_BYTES) {
            throw new AfsFileException(
                    AfsError.ENAMETOOLONG, directory.where(procedure + " of a name of " + bytes + " bytes, more than 255,"));
        }
        return bytes;
    }

    /// How many slots of a directory an entry takes: the first has room for 16 bytes of the name, with the zero byte after it, each
    /// other for 32.
    static int slots(int nameBytes) {
        return 1 + (nameBytes + 1 + SLOT_BYTES - 1 - BYTES_OF_FIRST_SLOT) / SLOT_BYTES;
    }
}
