package org.afs4j.protocol.pt;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a protection server answers.
///
/// Source: OpenAFS src/ptserver/ptint.xg.
public sealed interface ProtectionReply extends XdrValue {
    /// The reply of IDToName; of an id that nobody has, its digits.
    ///
    /// @param names names in the order of the request
    record Names(List<String> names) implements ProtectionReply {
        private static final int NAME_WIRE_BYTES = Limits.PRINCIPAL_NAME_BYTES * Integer.BYTES;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Names decode(XdrReader in) throws IOException {
            return new Names(in.list(
                    Limits.PRINCIPAL_COUNT, NAME_WIRE_BYTES, each -> each.characterArray(Limits.PRINCIPAL_NAME_BYTES)));
        }

        @Override
        public void encode(XdrWriter out) {
            List<XdrValue> values = names.stream()
                    .<XdrValue>map(name -> to -> to.characterArray(name, Limits.PRINCIPAL_NAME_BYTES))
                    .toList();
            out.list(values, Limits.PRINCIPAL_COUNT);
        }
    }

    /// The reply of NameToID; of a name that nobody has, the id of anonymous.
    ///
    /// @param ids ids in the order of the request
    record Ids(List<Integer> ids) implements ProtectionReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Ids decode(XdrReader in) throws IOException {
            return new Ids(in.list(Limits.PRINCIPAL_COUNT, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(ids.stream().<XdrValue>map(id -> to -> to.int32(id)).toList(), Limits.PRINCIPAL_COUNT);
        }
    }

    /// The reply of GetCPS, GetCPS2, GetHostCPS, ListElements and ListOwned.
    ///
    /// @param ids ids, ascending
    /// @param over not 0 if there are more than fit; of ListOwned, where to go on, or 0
    record IdList(List<Integer> ids, int over) implements ProtectionReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static IdList decode(XdrReader in) throws IOException {
            return new IdList(Ids.decode(in).ids(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            new Ids(ids).encode(out);
            out.int32(over);
        }
    }

    /// The reply of NewEntry and IsAMemberOf.
    ///
    /// @param value the id; or 1 for a member, 0 otherwise
    record Word(int value) implements ProtectionReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Word decode(XdrReader in) throws IOException {
            return new Word(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(value);
        }
    }

    /// The reply of ListMax.
    ///
    /// @param user the greatest id of a user that was given
    /// @param group the least id of a group that was given
    record Maximum(int user, int group) implements ProtectionReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Maximum decode(XdrReader in) throws IOException {
            return new Maximum(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(user);
            out.int32(group);
        }
    }

    /// The reply of ListEntries.
    ///
    /// @param entries a page of them
    /// @param nextIndex where the next page begins; −1 after the last
    record Page(List<ProtectionEntry> entries, int nextIndex) implements ProtectionReply {
        /// What follows the last page.
        public static final int LAST = -1;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Page decode(XdrReader in) throws IOException {
            return new Page(
                    in.list(Limits.PRINCIPAL_COUNT, Integer.BYTES, ProtectionEntry::decode), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(entries, Limits.PRINCIPAL_COUNT);
            out.int32(nextIndex);
        }
    }
}
