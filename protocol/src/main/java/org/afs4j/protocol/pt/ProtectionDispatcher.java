package org.afs4j.protocol.pt;

import java.io.IOException;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;

/// Serves the calls of a protection server: requests are read, given to the service, its replies are written.
///
/// A call without an opcode is aborted with −454, one with an unknown opcode with −455, one whose request is
/// malformed with −453. Threads: any number at once.
public final class ProtectionDispatcher implements RxService {
    private static final ServerProcedures<ProtectionService> PROCEDURES = new ServerProcedures<ProtectionService>()
            .addWithoutReply(ProtectionOpcode.NEW_ENTRY_WITH_ID, ProtectionRequest.NewEntry::decode, ProtectionService::newEntryWithId)
            .addWithoutReply(ProtectionOpcode.ADD_TO_GROUP, ProtectionRequest.OfPair::decode, ProtectionService::addToGroup)
            .add(ProtectionOpcode.NAME_TO_ID, ProtectionRequest.Names::decode, ProtectionService::nameToId)
            .add(ProtectionOpcode.ID_TO_NAME, ProtectionRequest.Ids::decode, ProtectionService::idToName)
            .addWithoutReply(ProtectionOpcode.DELETE, ProtectionRequest.OfId::decode, ProtectionService::delete)
            .addWithoutReply(ProtectionOpcode.REMOVE_FROM_GROUP, ProtectionRequest.OfPair::decode, ProtectionService::removeFromGroup)
            .add(ProtectionOpcode.GET_CPS, ProtectionRequest.OfId::decode, ProtectionService::getCps)
            .add(ProtectionOpcode.NEW_ENTRY, ProtectionRequest.NewEntry::decode, ProtectionService::newEntry)
            .add(ProtectionOpcode.LIST_MAX, ProtectionService::listMax)
            .add(ProtectionOpcode.LIST_ENTRY, ProtectionRequest.OfId::decode, ProtectionService::listEntry)
            .add(ProtectionOpcode.LIST_ELEMENTS, ProtectionRequest.OfId::decode, ProtectionService::listElements)
            .add(ProtectionOpcode.IS_A_MEMBER_OF, ProtectionRequest.OfPair::decode, ProtectionService::isAMemberOf)
            .add(ProtectionOpcode.LIST_OWNED, ProtectionRequest.OfPair::decode, ProtectionService::listOwned)
            .add(ProtectionOpcode.GET_CPS_2, ProtectionRequest.OfPair::decode, ProtectionService::getCps2)
            .add(ProtectionOpcode.GET_HOST_CPS, ProtectionRequest.OfId::decode, ProtectionService::getHostCps)
            .add(ProtectionOpcode.LIST_ENTRIES, ProtectionRequest.ListPage::decode, ProtectionService::listEntries);

    private final ProtectionService service;

    /// Makes the dispatcher.
    ///
    /// @param service what carries out the procedures
    public ProtectionDispatcher(ProtectionService service) {
        this.service = service;
    }

    @Override
    public void serve(RxServerCall call) throws IOException {
        PROCEDURES.serve(service, call);
    }
}
