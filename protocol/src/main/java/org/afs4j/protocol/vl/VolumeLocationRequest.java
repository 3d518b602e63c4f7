package org.afs4j.protocol.vl;

import java.io.IOException;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a client sends to a volume location server.
///
/// Source: OpenAFS src/vlserver/vldbint.xg.
public sealed interface VolumeLocationRequest extends XdrValue {
    /// The request of GetEntryByID and its N and U forms.
    ///
    /// @param volumeId the id of any of its volumes
    /// @param type 0 read-write, 1 read-only, 2 backup, −1 any
    record ById(int volumeId, int type) implements VolumeLocationRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ById decode(XdrReader in) throws IOException {
            return new ById(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(volumeId);
            out.int32(type);
        }
    }

    /// The request of GetEntryByName and its N and U forms.
    ///
    /// @param name its name, or its id in decimal
    record ByName(String name) implements VolumeLocationRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ByName decode(XdrReader in) throws IOException {
            return new ByName(in.string(Limits.VOLUME_NAME_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(name, Limits.VOLUME_NAME_BYTES);
        }
    }

    /// The request of ListAttributesN, and part of that of ListAttributesN2: which volumes, by what the mask says.
    ///
    /// @param mask any of [#BY_SERVER], [#BY_PARTITION], [#BY_VOLUME_ID], [#BY_FLAGS]; 0 for all volumes
    /// @param server the address of a server, IPv4, the first byte the highest
    /// @param partition a partition of the server, from 0
    /// @param spare without meaning
    /// @param volumeId the id of any of a volume's instances
    /// @param flags flags of a volume, any of which it has
    record Attributes(int mask, int server, int partition, int spare, int volumeId, int flags)
            implements VolumeLocationRequest {
        /// VLLIST_SERVER: those with a site on a server.
        public static final int BY_SERVER = 0x01;

        /// VLLIST_PARTITION: those with a site on a partition.
        public static final int BY_PARTITION = 0x02;

        /// VLLIST_VOLUMEID: the one of an id.
        public static final int BY_VOLUME_ID = 0x08;

        /// VLLIST_FLAG: those with a flag.
        public static final int BY_FLAGS = 0x10;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Attributes decode(XdrReader in) throws IOException {
            return new Attributes(in.int32(), in.int32(), in.int32(), in.int32(), in.int32(), in.int32());
        }

        /// Whether the mask has a bit.
        ///
        /// @param bit one of those above
        public boolean goesBy(int bit) {
            return (mask & bit) != 0;
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(mask);
            out.int32(server);
            out.int32(partition);
            out.int32(spare);
            out.int32(volumeId);
            out.int32(flags);
        }
    }

    /// The request of ListAttributesN2: a page of a listing.
    ///
    /// @param attributes which volumes
    /// @param name a volume's name or a pattern for names; empty for any
    /// @param startIndex 0, or what the page before said
    record ListPage(Attributes attributes, String name, int startIndex) implements VolumeLocationRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ListPage decode(XdrReader in) throws IOException {
            return new ListPage(Attributes.decode(in), in.string(Limits.VOLUME_NAME_BYTES), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            attributes.encode(out);
            out.string(name, Limits.VOLUME_NAME_BYTES);
            out.int32(startIndex);
        }
    }

    /// The request of GetAddrs.
    ///
    /// @param handle the index of a server, from the first byte on 0xff; 0 for all servers
    /// @param spare without meaning
    record GetAddresses(int handle, int spare) implements VolumeLocationRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static GetAddresses decode(XdrReader in) throws IOException {
            return new GetAddresses(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(handle);
            out.int32(spare);
        }
    }

    /// The request of GetAddrsU: which server, by what the mask says.
    ///
    /// @param mask [VolumeLocationOpcode#BY_ADDRESS], [VolumeLocationOpcode#BY_INDEX] or [VolumeLocationOpcode#BY_UUID]
    /// @param address IPv4, the first byte the highest
    /// @param index from 1
    /// @param spare without meaning
    /// @param uuid its UUID
    record GetAddressesU(int mask, int address, int index, int spare, AfsUuid uuid) implements VolumeLocationRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static GetAddressesU decode(XdrReader in) throws IOException {
            return new GetAddressesU(in.int32(), in.int32(), in.int32(), in.int32(), AfsUuid.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(mask);
            out.int32(address);
            out.int32(index);
            out.int32(spare);
            uuid.encode(out);
        }
    }
}
