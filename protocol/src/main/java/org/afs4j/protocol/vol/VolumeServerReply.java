package org.afs4j.protocol.vol;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a volume server answers.
///
/// Source: OpenAFS src/volser/volint.xg.
public sealed interface VolumeServerReply extends XdrValue {
    /// The reply of ListVolumes and ListOneVolume.
    ///
    /// @param volumes instances of volumes
    record Volumes(List<VolumeInfo> volumes) implements VolumeServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Volumes decode(XdrReader in) throws IOException {
            return new Volumes(in.list(Limits.LISTED_ENTRY_COUNT, Integer.BYTES, VolumeInfo::decode));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(volumes, Limits.LISTED_ENTRY_COUNT);
        }
    }

    /// The reply of XListPartitions.
    ///
    /// @param partitions their numbers, from 0
    record Partitions(List<Integer> partitions) implements VolumeServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Partitions decode(XdrReader in) throws IOException {
            return new Partitions(in.list(Limits.PARTITION_COUNT, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(partitions.stream().<XdrValue>map(id -> to -> to.int32(id)).toList(), Limits.PARTITION_COUNT);
        }
    }

    /// The reply of PartitionInfo.
    ///
    /// @param name its name, less than 32 bytes
    /// @param device its device's name, less than 32 bytes
    /// @param lock a descriptor of the server's, without meaning
    /// @param usableBlocks its size in blocks of 1024 bytes, without what is kept free
    /// @param freeBlocks what is free of it
    /// @param totalBlocks its size; the place of what is to stay free, but servers send this
    record Partition(String name, String device, int lock, int usableBlocks, int freeBlocks, int totalBlocks)
            implements VolumeServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Partition decode(XdrReader in) throws IOException {
            return new Partition(
                    in.characterArray(Limits.INSTANCE_NAME_BYTES),
                    in.characterArray(Limits.INSTANCE_NAME_BYTES),
                    in.int32(),
                    in.int32(),
                    in.int32(),
                    in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.characterArray(name, Limits.INSTANCE_NAME_BYTES);
            out.characterArray(device, Limits.INSTANCE_NAME_BYTES);
            out.int32(lock);
            out.int32(usableBlocks);
            out.int32(freeBlocks);
            out.int32(totalBlocks);
        }
    }
}
