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
