package org.afs4j.protocol.vl;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a volume location server replies, other than a [VolumeEntry].
///
/// Source: OpenAFS src/vlserver/vldbint.xg.
public sealed interface VolumeLocationReply extends XdrValue {
    /// The reply of GetAddrs. Four words for a promise that servers never grant are not read, and written as 0.
    ///
    /// @param count how many addresses there are
    /// @param addresses IPv4, the first byte the highest
    record Addresses(int count, List<Integer> addresses) implements VolumeLocationReply {
        /// Copies the lists.
        ///
        /// @param count how many addresses there are
        /// @param addresses IPv4, the first byte the highest
        public Addresses {
            addresses = List.copyOf(addresses);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Addresses decode(XdrReader in) throws IOException {
            in.int64();
            in.int64();
            return new Addresses(in.int32(), in.list(Limits.ADDRESS_COUNT, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int64(0);
            out.int64(0);
            out.int32(count);
            out.list(addresses, Limits.ADDRESS_COUNT, XdrWriter::int32);
        }
    }

    /// The reply of ListAttributesN.
    ///
    /// @param count how many entries there are
    /// @param entries in the N form, each with the index of the site that matched
    record Entries(int count, List<VolumeEntry> entries) implements VolumeLocationReply {
        private static final int WORD = Integer.BYTES;

        /// Copies the list.
        ///
        /// @param count how many entries there are
        /// @param entries in the N form
        public Entries {
            entries = List.copyOf(entries);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Entries decode(XdrReader in) throws IOException {
            return new Entries(
                    in.int32(),
                    in.list(Limits.LISTED_ENTRY_COUNT, WORD, each -> VolumeEntry.decode(VolumeEntry.Form.N, each)));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(count);
            out.list(entries, Limits.LISTED_ENTRY_COUNT);
        }
    }

    /// The reply of ListAttributesN2.
    ///
    /// @param entries the page
    /// @param nextIndex where the next page begins; [#LAST] if there is none
    record EntriesPage(Entries entries, int nextIndex) implements VolumeLocationReply {
        /// What stands for the next page after the last one.
        public static final int LAST = -1;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static EntriesPage decode(XdrReader in) throws IOException {
            return new EntriesPage(Entries.decode(in), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            entries.encode(out);
            out.int32(nextIndex);
        }
    }

    /// The reply of GetAddrsU.
    ///
    /// @param uuid of the server
    /// @param uniquifier changes when the server registers other addresses
    /// @param count how many addresses there are
    /// @param addresses IPv4, the first byte the highest
    record AddressesU(AfsUuid uuid, int uniquifier, int count, List<Integer> addresses) implements VolumeLocationReply {
        /// Copies the lists.
        ///
        /// @param uuid of the server
        /// @param uniquifier changes when the server registers other addresses
        /// @param count how many addresses there are
        /// @param addresses IPv4, the first byte the highest
        public AddressesU {
            addresses = List.copyOf(addresses);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static AddressesU decode(XdrReader in) throws IOException {
            return new AddressesU(
                    AfsUuid.decode(in),
                    in.int32(),
                    in.int32(),
                    in.list(Limits.ADDRESS_COUNT, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            uuid.encode(out);
            out.int32(uniquifier);
            out.int32(count);
            out.list(addresses, Limits.ADDRESS_COUNT, XdrWriter::int32);
        }
    }
}
