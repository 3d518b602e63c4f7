package org.afs4j.protocol.cb;

import java.io.IOException;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;

/// Serves the calls of the callback service: requests are read, given to the service, its replies are written.
///
/// A call without an opcode is aborted with −454, one with an unknown opcode with −455, one whose request is
/// malformed with −453. Threads: any number at once.
public final class CallbackDispatcher implements RxService {
    private static final ServerProcedures<CallbackService> PROCEDURES = new ServerProcedures<CallbackService>()
            .addWithoutReply(CallbackOpcode.CALL_BACK, CallbackRequest.CallBack::decode, CallbackService::callBack)
            .addWithoutReply(CallbackOpcode.INIT_CALL_BACK_STATE, CallbackService::initCallBackState)
            .addWithoutReply(CallbackOpcode.PROBE, CallbackService::probe)
            .add(CallbackOpcode.GET_LOCK, CallbackRequest.OfIndex::decode, CallbackService::getLock)
            .add(CallbackOpcode.GET_CACHE_ENTRY, CallbackRequest.OfIndex::decode, (service, context, request) ->
                    service.getCacheEntry(context, request)::encodeNarrow)
            .add(CallbackOpcode.X_STATS_VERSION, CallbackService::xStatsVersion)
            .add(CallbackOpcode.GET_X_STATS, CallbackRequest.GetXStats::decode, CallbackService::getXStats)
            .add(CallbackOpcode.INIT_CALL_BACK_STATE_2, CallbackService::initCallBackState2)
            .add(CallbackOpcode.WHO_ARE_YOU, CallbackService::whoAreYou)
            .addWithoutReply(CallbackOpcode.INIT_CALL_BACK_STATE_3, CallbackRequest.OfUuid::decode, CallbackService::initCallBackState3)
            .addWithoutReply(CallbackOpcode.PROBE_UUID, CallbackRequest.OfUuid::decode, CallbackService::probeUuid)
            .add(CallbackOpcode.GET_SERVER_PREFERENCES, CallbackRequest.OfIndex::decode, CallbackService::getServerPreferences)
            .add(CallbackOpcode.GET_CELL_SERVERS, CallbackRequest.OfIndex::decode, CallbackService::getCellServers)
            .add(CallbackOpcode.GET_LOCAL_CELL, CallbackService::getLocalCell)
            .add(CallbackOpcode.GET_CACHE_CONFIG, CallbackRequest.GetCacheConfig::decode, CallbackService::getCacheConfig)
            .add(CallbackOpcode.GET_CACHE_ENTRY_64, CallbackRequest.OfIndex::decode, CallbackService::getCacheEntry64)
            .add(CallbackOpcode.GET_CELL_BY_NUMBER, CallbackRequest.OfIndex::decode, CallbackService::getCellByNumber)
            .add(CallbackOpcode.TELL_ME_ABOUT_YOURSELF, CallbackService::tellMeAboutYourself);

    private final CallbackService service;

    /// Makes the dispatcher.
    ///
    /// @param service what answers
    public CallbackDispatcher(CallbackService service) {
        this.service = service;
    }

    @Override
    public void serve(RxServerCall call) throws IOException {
        PROCEDURES.serve(service, call);
    }
}
