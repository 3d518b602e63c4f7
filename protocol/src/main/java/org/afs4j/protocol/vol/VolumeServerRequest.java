package org.afs4j.protocol.vol;

import java.io.IOException;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a client sends to a volume server.
///
/// Source: OpenAFS src/volser/volint.xg.
public sealed interface VolumeServerRequest extends XdrValue {
    /// The request of ListVolumes.
    ///
    /// @param partition a partition, from 0
    /// @param flags 1 to be told all of each volume, 0 for ids only
    record ListVolumes(int partition, int flags) implements VolumeServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ListVolumes decode(XdrReader in) throws IOException {
            return new ListVolumes(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(partition);
            out.int32(flags);
        }
    }

    /// The request of ListOneVolume.
    ///
    /// @param partition a partition, from 0
    /// @param volumeId an instance
    record OneVolume(int partition, int volumeId) implements VolumeServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OneVolume decode(XdrReader in) throws IOException {
            return new OneVolume(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(partition);
            out.int32(volumeId);
        }
    }

    /// The request of PartitionInfo.
    ///
    /// @param name the partition's name, `/vicepa`
    record OfPartition(String name) implements VolumeServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfPartition decode(XdrReader in) throws IOException {
            return new OfPartition(in.string(Limits.NAME_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(name, Limits.NAME_BYTES);
        }
    }
}
