package org.afs4j.rx;

/// The abort codes that Rx itself uses.
///
/// Source: OpenAFS `src/rx/rx.h`.
public final class RxErrorCodes {
    /// The peer is gone, or the call was given up for it.
    public static final int CALL_DEAD = -1;

    /// What was asked makes no sense here: an unknown service, an unknown security class.
    public static final int INVALID_OPERATION = -2;

    /// The call took longer than it was allowed to.
    public static final int CALL_TIMEOUT = -3;

    /// The peer broke the protocol, or a service failed in a way that has no code.
    public static final int PROTOCOL_ERROR = -5;

    /// The caller gave the call up.
    public static final int USER_ABORT = -6;

    /// The server is restarting.
    public static final int RESTARTING = -100;

    private RxErrorCodes() {}
}
