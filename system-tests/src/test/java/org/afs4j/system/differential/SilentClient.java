package org.afs4j.system.differential;

import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;

/// What a file server hears from a client that has no cache.
record SilentClient(AfsUuid uuid, Capabilities capabilities) implements CallbackService {
    @Override
    public void callBack(CallContext context, CallbackRequest.CallBack request) {}

    @Override
    public void initCallBackState(CallContext context) {}

    @Override
    public CallbackReply.Addresses whoAreYou(CallContext context) {
        return new CallbackReply.Addresses(new InterfaceAddresses(uuid, List.of()));
    }

    @Override
    public void initCallBackState3(CallContext context, CallbackRequest.OfUuid request) {}

    @Override
    public void probeUuid(CallContext context, CallbackRequest.OfUuid request) {}

    @Override
    public CallbackReply.Self tellMeAboutYourself(CallContext context) {
        return new CallbackReply.Self(new InterfaceAddresses(uuid, List.of()), capabilities);
    }
}
