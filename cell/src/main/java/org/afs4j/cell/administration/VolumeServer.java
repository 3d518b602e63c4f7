package org.afs4j.cell.administration;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Errno;
import org.afs4j.protocol.vol.VolumeInfo;
import org.afs4j.protocol.vol.VolumeServerReply;
import org.afs4j.protocol.vol.VolumeServerRequest;
import org.afs4j.protocol.vol.VolumeServerService;
import org.afs4j.rx.RxAbortException;

/// The volume server of one file server, for those who look: what `vos listvol`, `vos examine` and `vos partinfo` ask. It changes
/// nothing. A server has one partition, `/vicepa`.
///
/// Source: OpenAFS `src/volser/volprocs.c`. Threads: any number at once.
public final class VolumeServer implements VolumeServerService {
    private static final int PARTITION = 0;
    static final String PARTITION_NAME = "/vicepa";
    static final int PARTITION_BLOCKS = Integer.MAX_VALUE;

    private final Source source;

    /// Where the volumes are.
    @FunctionalInterface
    public interface Source {
        /// The server's instances of volumes, by id.
        List<VolumeInfo> volumes();
    }

    /// Makes the server.
    ///
    /// @param source where the volumes are
    public VolumeServer(Source source) {
        this.source = source;
    }

    private static RxAbortException refusal(Errno errno) {
        return new RxAbortException(errno.number());
    }

    @Override
    public VolumeServerReply.Volumes listVolumes(CallContext context, VolumeServerRequest.ListVolumes request) throws IOException {
        requirePartition(request.partition());
        return new VolumeServerReply.Volumes(source.volumes());
    }

    @Override
    public VolumeServerReply.Volumes listOneVolume(CallContext context, VolumeServerRequest.OneVolume request) throws IOException {
        requirePartition(request.partition());
        List<VolumeInfo> found = source.volumes().stream()
                .filter(each -> each.volumeId() == request.volumeId())
                .toList();
        if (found.isEmpty()) {
            throw refusal(Errno.ENODEV);
        }
        return new VolumeServerReply.Volumes(found);
    }

    private static void requirePartition(int partition) throws RxAbortException {
        if (partition != PARTITION) {
            throw refusal(Errno.ENODEV);
        }
    }

    @Override
    public VolumeServerReply.Partition partitionInfo(CallContext context, VolumeServerRequest.OfPartition request)
            throws IOException {
        if (!request.name().equals(PARTITION_NAME)) {
            throw refusal(Errno.ENODEV);
        }
        int used = source.volumes().stream().mapToInt(VolumeInfo::sizeBlocks).sum();
        return new VolumeServerReply.Partition(PARTITION_NAME, "memory", 0, PARTITION_BLOCKS, PARTITION_BLOCKS - used, PARTITION_BLOCKS);
    }

    @Override
    public VolumeServerReply.Partitions listPartitions(CallContext context) {
        return new VolumeServerReply.Partitions(List.of(PARTITION));
    }
}
