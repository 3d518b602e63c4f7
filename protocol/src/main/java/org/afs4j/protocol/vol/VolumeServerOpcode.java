package org.afs4j.protocol.vol;

/// The numbers of the volume server's procedures.
///
/// Source: OpenAFS src/volser/volint.xg.
public final class VolumeServerOpcode {
    /// ListVolumes.
    public static final int LIST_VOLUMES = 116;

    /// PartitionInfo.
    public static final int PARTITION_INFO = 119;

    /// ListOneVolume.
    public static final int LIST_ONE_VOLUME = 121;

    /// XListPartitions.
    public static final int X_LIST_PARTITIONS = 127;

    private VolumeServerOpcode() {}
}
