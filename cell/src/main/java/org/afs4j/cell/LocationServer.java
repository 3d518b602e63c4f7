package org.afs4j.cell;

import java.util.Collection;
import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationOpcode;
import org.afs4j.protocol.vl.VolumeLocationReply;
import org.afs4j.protocol.vl.VolumeLocationRequest;
import org.afs4j.protocol.vl.VolumeLocationService;
import org.afs4j.protocol.vl.VolumeSite;
import org.afs4j.rx.RxAbortException;

/// The volume location server: which volumes there are, all on the one file server.
///
/// Source: OpenAFS `src/vlserver/vlprocs.c`. Threads: any number at once.
final class LocationServer implements VolumeLocationService {
    private static final int FIRST_PARTITION = 0;
    private static final int UNIQUIFIER = 1;

    private final Collection<EmbeddedVolume> volumes;
    private final AfsUuid serverUuid;
    private final int serverAddress;
    private final CellCounters counters;

    /// @param volumes live
    /// @param serverAddress IPv4, big endian
    LocationServer(Collection<EmbeddedVolume> volumes, AfsUuid serverUuid, int serverAddress, CellCounters counters) {
        this.volumes = volumes;
        this.serverUuid = serverUuid;
        this.serverAddress = serverAddress;
        this.counters = counters;
    }

    private VolumeLocation byName(String procedure, String name, boolean byUuid) throws RxAbortException {
        counters.count(procedure);
        for (EmbeddedVolume volume : volumes) {
            if (volume.name().equals(name) || Integer.toUnsignedString(volume.id()).equals(name)) {
                return location(volume, byUuid);
            }
        }
        throw AbortCode.refusal(AbortCode.VL_NOENT);
    }

    private VolumeLocation byId(String procedure, int volumeId, boolean byUuid) throws RxAbortException {
        counters.count(procedure);
        for (EmbeddedVolume volume : volumes) {
            if (volume.id() == volumeId) {
                return location(volume, byUuid);
            }
        }
        throw AbortCode.refusal(AbortCode.VL_NOENT);
    }

    private VolumeLocation location(EmbeddedVolume volume, boolean byUuid) {
        VolumeSite site = byUuid
                ? VolumeSite.ofUuid(serverUuid, UNIQUIFIER, FIRST_PARTITION, VolumeSite.READ_WRITE)
                : VolumeSite.ofAddress(serverAddress, FIRST_PARTITION, VolumeSite.READ_WRITE);
        return new VolumeLocation(
                volume.name(), volume.id(), 0, 0, 0, VolumeLocation.READ_WRITE_EXISTS, List.of(site));
    }

    @Override
    public VolumeLocation getEntryByIdOld(CallContext context, VolumeLocationRequest.ById request) throws RxAbortException {
        return byId("GetEntryByID", request.volumeId(), false);
    }

    @Override
    public VolumeLocation getEntryByNameOld(CallContext context, VolumeLocationRequest.ByName request)
            throws RxAbortException {
        return byName("GetEntryByName", request.name(), false);
    }

    @Override
    public VolumeLocation getEntryByIdN(CallContext context, VolumeLocationRequest.ById request) throws RxAbortException {
        return byId("GetEntryByIDN", request.volumeId(), false);
    }

    @Override
    public VolumeLocation getEntryByNameN(CallContext context, VolumeLocationRequest.ByName request)
            throws RxAbortException {
        return byName("GetEntryByNameN", request.name(), false);
    }

    @Override
    public VolumeLocation getEntryByIdU(CallContext context, VolumeLocationRequest.ById request) throws RxAbortException {
        return byId("GetEntryByIDU", request.volumeId(), true);
    }

    @Override
    public VolumeLocation getEntryByNameU(CallContext context, VolumeLocationRequest.ByName request)
            throws RxAbortException {
        return byName("GetEntryByNameU", request.name(), true);
    }

    @Override
    public void probe(CallContext context) {
        counters.count("VL.Probe");
    }

    @Override
    public VolumeLocationReply.Addresses getAddresses(CallContext context, VolumeLocationRequest.GetAddresses request) {
        counters.count("GetAddrs");
        return new VolumeLocationReply.Addresses(1, List.of(serverAddress));
    }

    @Override
    public VolumeLocationReply.AddressesU getAddressesU(CallContext context, VolumeLocationRequest.GetAddressesU request)
            throws RxAbortException {
        counters.count("GetAddrsU");
        boolean ours = switch (request.mask()) {
            case VolumeLocationOpcode.BY_UUID -> request.uuid().equals(serverUuid);
            case VolumeLocationOpcode.BY_ADDRESS -> request.address() == serverAddress;
            case VolumeLocationOpcode.BY_INDEX -> request.index() == 1;
            default -> throw AbortCode.refusal(AbortCode.EINVAL);
        };
        if (!ours) {
            throw AbortCode.refusal(AbortCode.VL_NOENT);
        }
        return new VolumeLocationReply.AddressesU(serverUuid, UNIQUIFIER, 1, List.of(serverAddress));
    }
}
