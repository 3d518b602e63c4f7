package org.afs4j.protocol.pt;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a client sends to a protection server.
///
/// Source: OpenAFS src/ptserver/ptint.xg.
public sealed interface ProtectionRequest extends XdrValue {
    /// The request of NameToID.
    ///
    /// @param names names of users and groups
    record Names(List<String> names) implements ProtectionRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Names decode(XdrReader in) throws IOException {
            return new Names(ProtectionReply.Names.decode(in).names());
        }

        @Override
        public void encode(XdrWriter out) {
            new ProtectionReply.Names(names).encode(out);
        }
    }

    /// The request of IDToName.
    ///
    /// @param ids ids of users and groups
    record Ids(List<Integer> ids) implements ProtectionRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Ids decode(XdrReader in) throws IOException {
            return new Ids(ProtectionReply.Ids.decode(in).ids());
        }

        @Override
        public void encode(XdrWriter out) {
            new ProtectionReply.Ids(ids).encode(out);
        }
    }

    /// The request of Delete, GetCPS, ListEntry, ListElements.
    ///
    /// @param id a user or group
    record OfId(int id) implements ProtectionRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfId decode(XdrReader in) throws IOException {
            return new OfId(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(id);
        }
    }

    /// The request of AddToGroup, RemoveFromGroup and IsAMemberOf; of GetCPS2, with a host's address for the group; of ListOwned, with
    /// where to go on.
    ///
    /// @param id a user
    /// @param second a group, an IPv4 address, or a position
    record OfPair(int id, int second) implements ProtectionRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfPair decode(XdrReader in) throws IOException {
            return new OfPair(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(id);
            out.int32(second);
        }
    }

    /// The request of NewEntry, and of INewEntry, which has the id in the place of the flag.
    ///
    /// @param name the name of the user or group to be
    /// @param flagOrId [ProtectionOpcode#FLAG_GROUP] for a group, 0 for a user; or the id
    /// @param owner who is to own it; 0 for the caller
    record NewEntry(String name, int flagOrId, int owner) implements ProtectionRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static NewEntry decode(XdrReader in) throws IOException {
            return new NewEntry(in.string(Limits.PRINCIPAL_NAME_BYTES), in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(name, Limits.PRINCIPAL_NAME_BYTES);
            out.int32(flagOrId);
            out.int32(owner);
        }
    }

    /// The request of ListEntries.
    ///
    /// @param flags [ProtectionOpcode#LIST_USERS], [ProtectionOpcode#LIST_GROUPS], or both
    /// @param startIndex 0, or what the page before said
    record ListPage(int flags, int startIndex) implements ProtectionRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ListPage decode(XdrReader in) throws IOException {
            return new ListPage(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(flags);
            out.int32(startIndex);
        }
    }
}
