package org.afs4j.rx;

/// What an endpoint counts. Packets are datagrams, except that the segments of a received jumbogram count one by one as data.
public enum RxCounter {
    /// Calls begun by us.
    CALLS_MADE,
    /// Calls of peers that a service began to serve.
    CALLS_SERVED,
    /// Calls, of either side, that ended with an abort from the peer.
    CALLS_ABORTED_BY_PEER,
    /// Calls, of either side, that ended because the peer was silent for the dead time-out.
    CALLS_TIMED_OUT,
    /// Calls, of either side, that ended because the peer moved no data for the idle-dead time-out.
    CALLS_IDLE,
    /// Calls of ours that ended because they took the hard dead time-out.
    CALLS_TOO_LONG,
    /// Calls of ours that ended because the peer was busy for the busy time-out.
    CALLS_BUSY,
    /// Calls of ours that went on to another channel because theirs was busy at the peer.
    CALLS_MOVED,
    /// Calls of peers that waited for a service thread.
    CALLS_QUEUED,
    /// Calls of peers that waited until it was proven who or where the peer is.
    CALLS_HALF_OPEN,
    /// Calls of peers that waited for proof and were forgotten, because too many did.
    HALF_OPEN_FORGOTTEN,
    /// Connections that peers made.
    CONNECTIONS_ADMITTED,
    /// Connections of peers that were forgotten because they were idle.
    CONNECTIONS_FORGOTTEN,
    /// Connections of ours that were forgotten because they were idle; the next call makes others.
    CONNECTIONS_COLLECTED,
    /// Connections whose peer moved to another address, and proved to be there.
    PEERS_MOVED,
    /// Calls of peers whose service threw something else than an abort.
    SERVICE_FAILURES,
    /// Calls of peers that were told to come again, because as many as allowed were being served.
    CALLS_REFUSED_BUSY,

    /// Datagrams that the port took from us.
    DATAGRAMS_SENT,
    /// Bytes of those datagrams, Rx headers included.
    BYTES_SENT,
    /// Datagrams that the port refused; the same as lost.
    SEND_FAILURES,
    /// Datagrams that came in.
    DATAGRAMS_RECEIVED,
    /// Bytes of those datagrams, Rx headers included.
    BYTES_RECEIVED,

    /// DATA packets sent for the first time.
    DATA_SENT,
    /// DATA packets sent again because acknowledgements showed them lost.
    DATA_RESENT_FAST,
    /// DATA packets sent again because no acknowledgement came in time.
    DATA_RESENT_TIMEOUT,
    /// DATA packets sent again to learn what became of those before, because no acknowledgement came for two round trips.
    DATA_RESENT_PROBE,
    /// ACK packets sent, pings and their responses included.
    ACK_SENT,
    /// ACK packets sent that ask whether the peer is there.
    PING_SENT,
    /// PINGs sent that are padded, to learn how long a datagram may be.
    MTU_PROBES_SENT,
    /// ABORT packets sent.
    ABORT_SENT,
    /// BUSY packets sent.
    BUSY_SENT,
    /// CHALLENGE packets sent.
    CHALLENGE_SENT,
    /// RESPONSE packets sent.
    RESPONSE_SENT,
    /// Answers to DEBUG and VERSION packets.
    DEBUG_SENT,

    /// DATA packets received.
    DATA_RECEIVED,
    /// DATA packets received that were there already.
    DATA_DUPLICATE,
    /// DATA packets received ahead of one that is missing.
    DATA_OUT_OF_SEQUENCE,
    /// DATA packets received before their reader came for them, and kept where the port had put them.
    DATA_HELD,
    /// DATA packets received before their reader came for them, and copied to be kept.
    DATA_COPIED,
    /// DATA packets received beyond the window that we advertise; dropped.
    DATA_EXCEEDS_WINDOW,
    /// ACK packets received.
    ACK_RECEIVED,
    /// ACK packets received that a later one had overtaken.
    ACK_STALE,
    /// ACKALL packets received.
    ACKALL_RECEIVED,
    /// ABORT packets received.
    ABORT_RECEIVED,
    /// BUSY packets received.
    BUSY_RECEIVED,
    /// CHALLENGE packets received.
    CHALLENGE_RECEIVED,
    /// RESPONSE packets received.
    RESPONSE_RECEIVED,
    /// DEBUG packets received.
    DEBUG_RECEIVED,
    /// VERSION packets received.
    VERSION_RECEIVED,
    /// PARAMS packets received; ignored.
    PARAMS_RECEIVED,
    /// Jumbograms received.
    JUMBOGRAMS_RECEIVED,

    /// Dropped: shorter than an Rx header.
    BAD_TOO_SHORT,
    /// Dropped: longer than Rx allows.
    BAD_TOO_LONG,
    /// Dropped: a type that Rx does not have.
    BAD_TYPE,
    /// Dropped: a body that does not fit its type.
    BAD_BODY,
    /// Dropped: a sequence number or last-packet flag that contradicts what came before.
    BAD_SEQUENCE,
    /// Dropped: an acknowledgement of what was never sent.
    BAD_ACK,
    /// Dropped: not genuine, by the security class.
    BAD_SECURITY,
    /// Dropped: from another address than the connection's, which is not proven to be the same peer's.
    BAD_ADDRESS,
    /// Dropped: of no connection that we know.
    UNKNOWN_CONNECTION,
    /// Dropped: of a call that is over, or was never begun.
    UNKNOWN_CALL,
    /// Dropped: for a service or security class that we do not offer; answered by an abort.
    UNKNOWN_SERVICE,
    /// Dropped: as many connections of peers as allowed were there, and all in use.
    CONNECTIONS_REFUSED,
    /// Answers left out because too many had been given lately.
    ANSWERS_WITHHELD,

    /// Times that a sender stood still because the peer's window was full.
    WINDOW_STALLS,
    /// Samples of the round trip time.
    RTT_SAMPLES
}
