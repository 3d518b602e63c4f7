package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSStoreStatus: which parts of a vnode's status a client sets. Begin with [#NONE] and add the parts.
///
/// Source: OpenAFS src/fsint/afsint.xg.
///
/// @param mask which of the following count; bits [#SET_MODIFICATION_TIME] and others
/// @param clientModificationTime seconds since 1970, unsigned
/// @param owner id of the owner
/// @param group id of the group
/// @param unixModeBits permissions
/// @param segmentSize without meaning today
public record StoreStatus(
        int mask, int clientModificationTime, int owner, int group, int unixModeBits, int segmentSize)
        implements XdrValue {
    /// Bytes on the wire: 6 words.
    public static final int WIRE_BYTES = 24;

    /// AFS_SETMODTIME.
    public static final int SET_MODIFICATION_TIME = 1;

    /// AFS_SETOWNER.
    public static final int SET_OWNER = 2;

    /// AFS_SETGROUP.
    public static final int SET_GROUP = 4;

    /// AFS_SETMODE.
    public static final int SET_MODE = 8;

    /// AFS_SETSEGSIZE.
    public static final int SET_SEGMENT_SIZE = 16;

    /// AFS_FSYNC: the server shall have the data on disk before it replies.
    public static final int SYNC = 1024;

    /// Sets nothing.
    public static final StoreStatus NONE = new StoreStatus(0, 0, 0, 0, 0, 0);

    /// Also sets the modification time.
    ///
    /// @param seconds since 1970, unsigned
    public StoreStatus withModificationTime(int seconds) {
        return new StoreStatus(mask | SET_MODIFICATION_TIME, seconds, owner, group, unixModeBits, segmentSize);
    }

    /// Also sets the owner.
    ///
    /// @param id of the owner
    public StoreStatus withOwner(int id) {
        return new StoreStatus(mask | SET_OWNER, clientModificationTime, id, group, unixModeBits, segmentSize);
    }

    /// Also sets the group.
    ///
    /// @param id of the group
    public StoreStatus withGroup(int id) {
        return new StoreStatus(mask | SET_GROUP, clientModificationTime, owner, id, unixModeBits, segmentSize);
    }

    /// Also sets the permissions.
    ///
    /// @param bits the permissions
    public StoreStatus withMode(int bits) {
        return new StoreStatus(mask | SET_MODE, clientModificationTime, owner, group, bits, segmentSize);
    }

    /// Also asks that the data be on disk before the reply.
    public StoreStatus withSync() {
        return new StoreStatus(mask | SYNC, clientModificationTime, owner, group, unixModeBits, segmentSize);
    }

    /// Whether all the given parts are set.
    ///
    /// @param bits [#SET_MODIFICATION_TIME] and others
    public boolean sets(int bits) {
        return (mask & bits) == bits;
    }

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static StoreStatus decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        return new StoreStatus(in.int32(), in.int32(), in.int32(), in.int32(), in.int32(), in.int32());
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(mask);
        out.int32(clientModificationTime);
        out.int32(owner);
        out.int32(group);
        out.int32(unixModeBits);
        out.int32(segmentSize);
    }
}
