package org.afs4j.protocol.vol;

import java.io.IOException;
import org.afs4j.protocol.call.ClientProcedure;
import org.afs4j.rx.RxConnection;

/// The volume server's procedures for those who only look, called over one connection.
///
/// Each method throws [org.afs4j.rx.RxAbortException] if the server refuses (ENODEV if there is no such volume),
/// another [org.afs4j.rx.RxException] if no reply came, [org.afs4j.protocol.xdr.XdrException] if the reply is
/// malformed, and [java.io.InterruptedIOException] if interrupted.
///
/// Source: OpenAFS src/volser/volint.xg. Threads: any. Blocks: until the reply is there, a free channel included.
public final class VolumeServerCalls {
    /// The Rx service that volume servers offer.
    public static final int SERVICE_ID = 4;

    private final RxConnection connection;

    /// Makes the stub.
    ///
    /// @param connection the way to the server; it stays the caller's
    public VolumeServerCalls(RxConnection connection) {
        this.connection = connection;
    }

    /// Lists the instances of volumes on a partition.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public VolumeServerReply.Volumes listVolumes(VolumeServerRequest.ListVolumes request) throws IOException {
        return ClientProcedure.call(connection, VolumeServerOpcode.LIST_VOLUMES, request, VolumeServerReply.Volumes::decode);
    }

    /// Tells of one instance of a volume.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public VolumeServerReply.Volumes listOneVolume(VolumeServerRequest.OneVolume request) throws IOException {
        return ClientProcedure.call(connection, VolumeServerOpcode.LIST_ONE_VOLUME, request, VolumeServerReply.Volumes::decode);
    }

    /// Tells how much room a partition has.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public VolumeServerReply.Partition partitionInfo(VolumeServerRequest.OfPartition request) throws IOException {
        return ClientProcedure.call(connection, VolumeServerOpcode.PARTITION_INFO, request, VolumeServerReply.Partition::decode);
    }

    /// Lists the server's partitions.
    ///
    /// @throws IOException as said above
    public VolumeServerReply.Partitions listPartitions() throws IOException {
        return ClientProcedure.call(connection, VolumeServerOpcode.X_LIST_PARTITIONS, ClientProcedure.NOTHING, VolumeServerReply.Partitions::decode);
    }
}
