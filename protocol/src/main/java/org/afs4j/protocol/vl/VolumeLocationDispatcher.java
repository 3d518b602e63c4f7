package org.afs4j.protocol.vl;

import java.io.IOException;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;

/// Serves the calls of a volume location server: requests are read, given to the service, its replies are written.
///
/// A call without an opcode is aborted with −454, one with an unknown opcode with −455, one whose request is
/// malformed with −453. Threads: any number at once.
public final class VolumeLocationDispatcher implements RxService {
    private static final ServerProcedures<VolumeLocationService> PROCEDURES =
            new ServerProcedures<VolumeLocationService>()
                    .add(VolumeLocationOpcode.GET_ENTRY_BY_ID, VolumeLocationRequest.ById::decode, (service, context, request) ->
                    new VolumeEntry(VolumeEntry.Form.OLD, service.getEntryByIdOld(context, request)))
                    .add(VolumeLocationOpcode.GET_ENTRY_BY_NAME, VolumeLocationRequest.ByName::decode, (service, context, request) ->
                    new VolumeEntry(VolumeEntry.Form.OLD, service.getEntryByNameOld(context, request)))
                    .addWithoutReply(VolumeLocationOpcode.PROBE, VolumeLocationService::probe)
                    .add(VolumeLocationOpcode.GET_ADDRESSES, VolumeLocationRequest.GetAddresses::decode, VolumeLocationService::getAddresses)
                    .add(VolumeLocationOpcode.GET_ENTRY_BY_ID_N, VolumeLocationRequest.ById::decode, (service, context, request) ->
                    new VolumeEntry(VolumeEntry.Form.N, service.getEntryByIdN(context, request)))
                    .add(VolumeLocationOpcode.GET_ENTRY_BY_NAME_N, VolumeLocationRequest.ByName::decode, (service, context, request) ->
                    new VolumeEntry(VolumeEntry.Form.N, service.getEntryByNameN(context, request)))
                    .add(VolumeLocationOpcode.LIST_ATTRIBUTES_N, VolumeLocationRequest.Attributes::decode, VolumeLocationService::listAttributesN)
                    .add(VolumeLocationOpcode.LIST_ATTRIBUTES_N2, VolumeLocationRequest.ListPage::decode, VolumeLocationService::listAttributesN2)
                    .add(VolumeLocationOpcode.GET_ENTRY_BY_ID_U, VolumeLocationRequest.ById::decode, (service, context, request) ->
                    new VolumeEntry(VolumeEntry.Form.U, service.getEntryByIdU(context, request)))
                    .add(VolumeLocationOpcode.GET_ENTRY_BY_NAME_U, VolumeLocationRequest.ByName::decode, (service, context, request) ->
                    new VolumeEntry(VolumeEntry.Form.U, service.getEntryByNameU(context, request)))
                    .add(VolumeLocationOpcode.GET_ADDRESSES_U, VolumeLocationRequest.GetAddressesU::decode, VolumeLocationService::getAddressesU)
                    .add(VolumeLocationOpcode.GET_CAPABILITIES, VolumeLocationService::getCapabilities);

    private final VolumeLocationService service;

    /// Makes the dispatcher.
    ///
    /// @param service what carries out the procedures
    public VolumeLocationDispatcher(VolumeLocationService service) {
        this.service = service;
    }

    @Override
    public void serve(RxServerCall call) throws IOException {
        PROCEDURES.serve(service, call);
    }
}
