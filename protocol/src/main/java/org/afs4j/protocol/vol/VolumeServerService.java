package org.afs4j.protocol.vol;

import java.io.IOException;
import org.afs4j.protocol.CallContext;
import org.afs4j.rx.RxAbortException;

/// What a volume server does for those who only look: a method a procedure.
///
/// Each method throws [RxAbortException] to refuse the call with its code; any other exception ends the call as
/// [org.afs4j.rx.RxService] says.
///
/// Threads: any number at once. Source: OpenAFS src/volser/volint.xg.
public interface VolumeServerService {
    /// Lists the instances of volumes on a partition.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    VolumeServerReply.Volumes listVolumes(CallContext context, VolumeServerRequest.ListVolumes request) throws IOException;

    /// Tells of one instance of a volume.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    VolumeServerReply.Volumes listOneVolume(CallContext context, VolumeServerRequest.OneVolume request) throws IOException;

    /// Tells how much room a partition has.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    VolumeServerReply.Partition partitionInfo(CallContext context, VolumeServerRequest.OfPartition request) throws IOException;

    /// Lists the server's partitions.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    VolumeServerReply.Partitions listPartitions(CallContext context) throws IOException;
}
