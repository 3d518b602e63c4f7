package org.afs4j.cell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.vl.VolumeEntry;
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
    private static final int ENTRIES_PER_PAGE = 1000;
    private static final String ANY_NAME = ".*";

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
    public VolumeLocationReply.Entries listAttributesN(CallContext context, VolumeLocationRequest.Attributes request)
            throws IOException {
        counters.count("ListAttributesN");
        return faults.around("ListAttributesN", null, () -> {
            List<VolumeEntry> all = matching(request, ANY_NAME);
            return entries(all.subList(0, Math.min(all.size(), Limits.LISTED_ENTRY_COUNT)));
        });
    }

    @Override
    public VolumeLocationReply.EntriesPage listAttributesN2(CallContext context, VolumeLocationRequest.ListPage request)
            throws IOException {
        counters.count("ListAttributesN2");
        return faults.around("ListAttributesN2", null, () -> {
            List<VolumeEntry> all = matching(request.attributes(), request.name());
            int from = Math.clamp(request.startIndex(), 0, all.size());
            int to = Math.min(all.size(), from + ENTRIES_PER_PAGE);
            int next = to < all.size() ? to : VolumeLocationReply.EntriesPage.LAST;
            return new VolumeLocationReply.EntriesPage(entries(all.subList(from, to)), next);
        });
    }

    private static VolumeLocationReply.Entries entries(List<VolumeEntry> entries) {
        return new VolumeLocationReply.Entries(entries.size(), entries);
    }

    /// The entries that have the attributes, by name. A pattern is a name, but for the one that stands for any: what a stranger
    /// sends is never compiled as a regular expression.
    private List<VolumeEntry> matching(VolumeLocationRequest.Attributes wanted, String pattern) throws RxAbortException {
        boolean any = pattern.isEmpty() || pattern.equals(ANY_NAME);
        List<VolumeEntry> matching = new ArrayList<>();
        for (VolumeDatabase.Entry entry : volumes.entries()) {
            boolean isMeant = !wanted.goesBy(VolumeLocationRequest.Attributes.BY_VOLUME_ID)
                    || VolumeDatabase.readWriteId(wanted.volumeId()) == entry.readWrite().id();
            VolumeLocation location = location(Optional.of(entry), false);
            boolean hasFlag = !wanted.goesBy(VolumeLocationRequest.Attributes.BY_FLAGS)
                    || (location.flags() & wanted.flags()) != 0;
            int site = firstSite(location, wanted);
            if (isMeant && hasFlag && site >= 0 && (any || location.name().equals(pattern))) {
                matching.add(new VolumeEntry(VolumeEntry.Form.N, location, site));
            }
        }
        return matching;
    }

    /// @return the index of the first site that has the attributes, or −1
    private static int firstSite(VolumeLocation location, VolumeLocationRequest.Attributes wanted) {
        for (int index = 0; index < location.sites().size(); index++) {
            VolumeSite site = location.sites().get(index);
            boolean server = !wanted.goesBy(VolumeLocationRequest.Attributes.BY_SERVER) || site.address() == wanted.server();
            boolean partition = !wanted.goesBy(VolumeLocationRequest.Attributes.BY_PARTITION)
                    || site.partition() == wanted.partition();
            if (server && partition) {
                return index;
            }
        }
        return -1;
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
