package org.afs4j.cell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationOpcode;
import org.afs4j.protocol.vl.VolumeLocationReply;
import org.afs4j.protocol.vl.VolumeLocationRequest;
import org.afs4j.protocol.vl.VolumeLocationService;
import org.afs4j.protocol.vl.VolumeSite;
import org.afs4j.rx.RxAbortException;

/// The volume location server: which volumes there are, and on which servers.
///
/// Source: OpenAFS `src/vlserver/vlprocs.c`. Threads: any number at once.
final class LocationServer implements VolumeLocationService {
    private static final int FIRST_PARTITION = 0;

    private final VolumeDatabase volumes;
    private final List<EmbeddedServer> servers;
    private final CellCounters counters;
    private final ServerFaults faults;

    /// @param servers live
    LocationServer(World world, VolumeDatabase volumes, List<EmbeddedServer> servers, CellCounters counters) {
        this.volumes = volumes;
        this.servers = servers;
        this.counters = counters;
        this.faults = new ServerFaults(world, counters);
    }

    ServerFaults faults() {
        return faults;
    }

    private VolumeLocation byName(String procedure, String name, boolean byUuid) throws IOException {
        counters.count(procedure);
        return faults.around(procedure, null, () -> location(volumes.find(name), byUuid));
    }

    private VolumeLocation byId(String procedure, int volumeId, boolean byUuid) throws IOException {
        counters.count(procedure);
        return faults.around(procedure, null, () -> location(volumes.find(volumeId), byUuid));
    }

    private static VolumeLocation location(Optional<VolumeDatabase.Entry> found, boolean byUuid) throws RxAbortException {
        if (found.isEmpty()) {
            throw AbortCode.refusal(AbortCode.VL_NOENT);
        }
        VolumeDatabase.Entry entry = found.get();
        List<VolumeSite> sites = new ArrayList<>();
        boolean hasBackup = entry.backup() != null;
        sites.add(site(entry.server(), VolumeSite.READ_WRITE | (hasBackup ? VolumeSite.BACKUP : 0), byUuid));
        for (VolumeDatabase.Replica replica : entry.replicas()) {
            int state = replica.volume() == null ? VolumeSite.DO_NOT_USE : replica.isNew() ? VolumeSite.NEW_REPLICA : 0;
            sites.add(site(replica.server(), VolumeSite.READ_ONLY | state, byUuid));
        }
        int flags = VolumeLocation.READ_WRITE_EXISTS
                | (entry.isReleased() ? VolumeLocation.READ_ONLY_EXISTS : 0)
                | (hasBackup ? VolumeLocation.BACKUP_EXISTS : 0);
        return new VolumeLocation(
                entry.name(), entry.readWrite().id(), entry.readOnlyId(), entry.backupId(), 0, flags, sites);
    }

    private static VolumeSite site(EmbeddedServer server, int flags, boolean byUuid) {
        return byUuid
                ? VolumeSite.ofUuid(server.uuid(), server.uniquifier(), FIRST_PARTITION, flags)
                : VolumeSite.ofAddress(server.advertisedWords().getFirst(), FIRST_PARTITION, flags);
    }

    @Override
    public VolumeLocation getEntryByIdOld(CallContext context, VolumeLocationRequest.ById request) throws IOException {
        return byId("GetEntryByID", request.volumeId(), false);
    }

    @Override
    public VolumeLocation getEntryByNameOld(CallContext context, VolumeLocationRequest.ByName request)
            throws IOException {
        return byName("GetEntryByName", request.name(), false);
    }

    @Override
    public VolumeLocation getEntryByIdN(CallContext context, VolumeLocationRequest.ById request) throws IOException {
        return byId("GetEntryByIDN", request.volumeId(), false);
    }

    @Override
    public VolumeLocation getEntryByNameN(CallContext context, VolumeLocationRequest.ByName request)
            throws IOException {
        return byName("GetEntryByNameN", request.name(), false);
    }

    @Override
    public VolumeLocation getEntryByIdU(CallContext context, VolumeLocationRequest.ById request) throws IOException {
        return byId("GetEntryByIDU", request.volumeId(), true);
    }

    @Override
    public VolumeLocation getEntryByNameU(CallContext context, VolumeLocationRequest.ByName request)
            throws IOException {
        return byName("GetEntryByNameU", request.name(), true);
    }

    @Override
    public void probe(CallContext context) {
        counters.count("VL.Probe");
    }

    @Override
    public VolumeLocationReply.Addresses getAddresses(CallContext context, VolumeLocationRequest.GetAddresses request) {
        counters.count("GetAddrs");
        List<Integer> first =
                servers.stream().map(server -> server.advertisedWords().getFirst()).toList();
        return new VolumeLocationReply.Addresses(first.size(), first);
    }

    @Override
    public VolumeLocationReply.AddressesU getAddressesU(CallContext context, VolumeLocationRequest.GetAddressesU request)
            throws IOException {
        counters.count("GetAddrsU");
        return faults.around("GetAddrsU", null, () -> addresses(request));
    }

    private VolumeLocationReply.AddressesU addresses(VolumeLocationRequest.GetAddressesU request) throws RxAbortException {
        for (int index = 1; index <= servers.size(); index++) {
            EmbeddedServer server = servers.get(index - 1);
            boolean meant = switch (request.mask()) {
                case VolumeLocationOpcode.BY_UUID -> request.uuid().equals(server.uuid());
                case VolumeLocationOpcode.BY_ADDRESS -> server.advertisedWords().contains(request.address());
                case VolumeLocationOpcode.BY_INDEX -> request.index() == index;
                default -> throw AbortCode.refusal(AbortCode.EINVAL);
            };
            if (meant) {
                return new VolumeLocationReply.AddressesU(
                        server.uuid(), server.uniquifier(), index, server.advertisedWords());
            }
        }
        throw AbortCode.refusal(AbortCode.VL_NOENT);
    }
}
