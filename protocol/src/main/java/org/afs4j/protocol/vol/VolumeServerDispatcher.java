package org.afs4j.protocol.vol;

import java.io.IOException;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;

/// Serves the calls of a volume server: requests are read, given to the service, its replies are written.
///
/// A call without an opcode is aborted with −454, one with an unknown opcode with −455, one whose request is
/// malformed with −453. Threads: any number at once.
public final class VolumeServerDispatcher implements RxService {
    private static final ServerProcedures<VolumeServerService> PROCEDURES = new ServerProcedures<VolumeServerService>()
            .add(VolumeServerOpcode.LIST_VOLUMES, VolumeServerRequest.ListVolumes::decode, VolumeServerService::listVolumes)
            .add(VolumeServerOpcode.LIST_ONE_VOLUME, VolumeServerRequest.OneVolume::decode, VolumeServerService::listOneVolume)
            .add(VolumeServerOpcode.PARTITION_INFO, VolumeServerRequest.OfPartition::decode, VolumeServerService::partitionInfo)
            .add(VolumeServerOpcode.X_LIST_PARTITIONS, VolumeServerService::listPartitions);

    private final VolumeServerService service;

    /// Makes the dispatcher.
    ///
    /// @param service what carries out the procedures
    public VolumeServerDispatcher(VolumeServerService service) {
        this.service = service;
    }

    @Override
    public void serve(RxServerCall call) throws IOException {
        PROCEDURES.serve(service, call);
    }
}
