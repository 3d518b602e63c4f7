package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSFetchVolumeStatus: a volume's state and space. Sizes are blocks of 1024 bytes.
///
/// Source: OpenAFS src/fsint/afsint.xg.
///
/// @param volumeId the volume's id
/// @param parentId the read-write volume's id
/// @param online whether it is on line
/// @param inService whether it is in service
/// @param blessed whether it is whole
/// @param needsSalvage whether it must be salvaged
/// @param type [#READ_ONLY] or [#READ_WRITE]
/// @param minimumQuotaBlocks reserved for the volume
/// @param maximumQuotaBlocks its quota; 0 if there is none
/// @param usedBlocks used by the volume
/// @param partitionAvailableBlocks free on its partition
/// @param partitionBlocks size of its partition
public record VolumeStatus(
        int volumeId,
        int parentId,
        boolean online,
        boolean inService,
        boolean blessed,
        boolean needsSalvage,
        int type,
        int minimumQuotaBlocks,
        int maximumQuotaBlocks,
        int usedBlocks,
        int partitionAvailableBlocks,
        int partitionBlocks)
        implements XdrValue {
    /// Bytes on the wire: 12 words.
    public static final int WIRE_BYTES = 48;

    /// The type of a read-only volume.
    public static final int READ_ONLY = 0;

    /// The type of a read-write volume.
    public static final int READ_WRITE = 1;

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static VolumeStatus decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        return new VolumeStatus(
                in.int32(),
                in.int32(),
                flag(in),
                flag(in),
                flag(in),
                flag(in),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int32());
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(volumeId);
        out.int32(parentId);
        out.bool(online);
        out.bool(inService);
        out.bool(blessed);
        out.bool(needsSalvage);
        out.int32(type);
        out.int32(minimumQuotaBlocks);
        out.int32(maximumQuotaBlocks);
        out.int32(usedBlocks);
        out.int32(partitionAvailableBlocks);
        out.int32(partitionBlocks);
    }

    /// The layout has a character here, so servers may send anything for true.
    private static boolean flag(XdrReader in) throws IOException {
        return (in.int32() & 0xff) != 0;
    }
}
