package org.afs4j.protocol.pt;

import java.io.IOException;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// prcheckentry, prlistentries: what the protection server tells of a user or group.
///
/// Source: OpenAFS src/ptserver/ptint.xg.
///
/// @param flags who may see and change it: 0x80 anybody may see it, 0x10 anybody may see a group's members
/// @param id its id: users' are positive, groups' negative
/// @param owner the id of its owner
/// @param creator the id of who made it
/// @param groupQuota how many groups it may still make
/// @param userQuota how many foreign users it may still make
/// @param count how many groups the user is in, or members the group has
/// @param name its name, less than 64 bytes
public record ProtectionEntry(int flags, int id, int owner, int creator, int groupQuota, int userQuota, int count, String name)
        implements XdrValue {
    /// Bytes on the wire: 12 words, and one for each character of the name.
    public static final int WIRE_BYTES = (12 + Limits.PRINCIPAL_NAME_BYTES) * Integer.BYTES;

    private static final int RESERVED_WORDS = 5;

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static ProtectionEntry decode(XdrReader in) throws IOException {
        int flags = in.int32();
        int id = in.int32();
        int owner = in.int32();
        int creator = in.int32();
        int groupQuota = in.int32();
        int userQuota = in.int32();
        int count = in.int32();
        in.fixedOpaque(RESERVED_WORDS * Integer.BYTES);
        return new ProtectionEntry(
                flags, id, owner, creator, groupQuota, userQuota, count, in.characterArray(Limits.PRINCIPAL_NAME_BYTES));
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(flags);
        out.int32(id);
        out.int32(owner);
        out.int32(creator);
        out.int32(groupQuota);
        out.int32(userQuota);
        out.int32(count);
        out.fixedOpaque(new byte[RESERVED_WORDS * Integer.BYTES]);
        out.characterArray(name, Limits.PRINCIPAL_NAME_BYTES);
    }
}
