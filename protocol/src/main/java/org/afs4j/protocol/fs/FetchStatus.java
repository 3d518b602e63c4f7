package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSFetchStatus: a vnode's status as the file server gives it. Times are seconds since 1970, unsigned.
///
/// Source: OpenAFS src/fsint/afsint.xg.
///
/// @param interfaceVersion the layout's version, 1
/// @param fileType what the vnode is
/// @param linkCount names of a file, or subdirectories of a directory and two
/// @param lengthBytes of the contents
/// @param dataVersion raised by the server with every change of the contents
/// @param author id of who wrote last
/// @param owner id of the owner
/// @param callerAccess the caller's rights, [#RIGHT_READ] and others
/// @param anonymousAccess anyone's rights
/// @param unixModeBits permissions, without the file type
/// @param parentVnode of the directory; 0 if a file's is not known
/// @param parentUniquifier of the directory
/// @param segmentSize without meaning today
/// @param clientModificationTime as the writing client set it: what users see as modification time
/// @param serverModificationTime when the server carried out the last change
/// @param group id of the group
/// @param syncCounter without meaning today
/// @param lockCount −1 for a write lock, otherwise how many read locks
/// @param errorCode in a bulk reply: why there is no status; 0 if there is one
public record FetchStatus(
        int interfaceVersion,
        FileType fileType,
        int linkCount,
        long lengthBytes,
        long dataVersion,
        int author,
        int owner,
        int callerAccess,
        int anonymousAccess,
        int unixModeBits,
        int parentVnode,
        int parentUniquifier,
        int segmentSize,
        int clientModificationTime,
        int serverModificationTime,
        int group,
        int syncCounter,
        int lockCount,
        int errorCode)
        implements XdrValue {
    /// Bytes on the wire: 21 words.
    public static final int WIRE_BYTES = 84;

    /// The version of the layout.
    public static final int INTERFACE_VERSION = 1;

    /// PRSFS_READ: read files.
    public static final int RIGHT_READ = 1;

    /// PRSFS_WRITE: write files.
    public static final int RIGHT_WRITE = 2;

    /// PRSFS_INSERT: make files and directories.
    public static final int RIGHT_INSERT = 4;

    /// PRSFS_LOOKUP: list the directory, stat what is in it.
    public static final int RIGHT_LOOKUP = 8;

    /// PRSFS_DELETE: remove files and directories.
    public static final int RIGHT_DELETE = 16;

    /// PRSFS_LOCK: lock files.
    public static final int RIGHT_LOCK = 32;

    /// PRSFS_ADMINISTER: change the ACL.
    public static final int RIGHT_ADMINISTER = 64;

    /// A bulk reply's entry for a vnode whose status cannot be had.
    ///
    /// @param errorCode why, not 0
    public static FetchStatus ofError(int errorCode) {
        return new FetchStatus(0, FileType.INVALID, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, errorCode);
    }

    /// Reads a status. One that carries an error may hold anything else; its type becomes [FileType#INVALID] then.
    ///
    /// @param in where from
    /// @throws XdrException if too short, or of an unknown file type without an error
    /// @throws IOException as [XdrReader]
    public static FetchStatus decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        int interfaceVersion = in.int32();
        int fileType = in.int32();
        int linkCount = in.int32();
        long lengthLow = in.uint32();
        long dataVersionLow = in.uint32();
        int author = in.int32();
        int owner = in.int32();
        int callerAccess = in.int32();
        int anonymousAccess = in.int32();
        int unixModeBits = in.int32();
        int parentVnode = in.int32();
        int parentUniquifier = in.int32();
        int segmentSize = in.int32();
        int clientModificationTime = in.int32();
        int serverModificationTime = in.int32();
        int group = in.int32();
        int syncCounter = in.int32();
        long dataVersionHigh = in.uint32();
        int lockCount = in.int32();
        long lengthHigh = in.uint32();
        int errorCode = in.int32();
        long lengthBytes = (lengthHigh << 32) | lengthLow;
        boolean unusable = lengthBytes < 0 || fileType < 0 || fileType > FileType.SYMLINK.number();
        if (unusable && errorCode != 0) {
            return ofError(errorCode);
        }
        if (lengthBytes < 0) {
            throw new XdrException("a length of " + Long.toUnsignedString(lengthBytes));
        }
        return new FetchStatus(
                interfaceVersion,
                FileType.ofWire(fileType),
                linkCount,
                lengthBytes,
                (dataVersionHigh << 32) | dataVersionLow,
                author,
                owner,
                callerAccess,
                anonymousAccess,
                unixModeBits,
                parentVnode,
                parentUniquifier,
                segmentSize,
                clientModificationTime,
                serverModificationTime,
                group,
                syncCounter,
                lockCount,
                errorCode);
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(interfaceVersion);
        out.int32(fileType.number());
        out.int32(linkCount);
        out.int32((int) lengthBytes);
        out.int32((int) dataVersion);
        out.int32(author);
        out.int32(owner);
        out.int32(callerAccess);
        out.int32(anonymousAccess);
        out.int32(unixModeBits);
        out.int32(parentVnode);
        out.int32(parentUniquifier);
        out.int32(segmentSize);
        out.int32(clientModificationTime);
        out.int32(serverModificationTime);
        out.int32(group);
        out.int32(syncCounter);
        out.int32((int) (dataVersion >>> 32));
        out.int32(lockCount);
        out.int32((int) (lengthBytes >>> 32));
        out.int32(errorCode);
    }
}
