package org.afs4j.protocol.cb;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxAbortException;

/// What a client answers to file servers and debugging tools: a method a procedure.
///
/// Each method throws [RxAbortException] to refuse the call with its code; any other exception ends the call as
/// [org.afs4j.rx.RxService] says.
///
/// Threads: any number at once. Source: OpenAFS src/fsint/afscbint.xg, src/afs/afs_callback.c.
public interface CallbackService {
    /// The code for a report that does not exist.
    int NO_SUCH_INDEX = 1;

    /// The code with which a client refuses another one's UUID.
    int NOT_THIS_UUID = 1;

    /// AFSCB_XSTAT_VERSION: the version of the statistics.
    int X_STATS_VERSION = 2;

    /// Breaks promises. The answer must not wait for anything: the writer at the server waits for it.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void callBack(CallContext context, CallbackRequest.CallBack request) throws IOException;

    /// Says that the server has lost all promises of the client.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    void initCallBackState(CallContext context) throws IOException;

    /// Asks whether the client lives.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default void probe(CallContext context) throws IOException {}

    /// Asks for the state of a lock. As it stands: there is none of this index.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CallbackReply.Lock getLock(CallContext context, CallbackRequest.OfIndex request) throws IOException {
        throw new RxAbortException(NO_SUCH_INDEX);
    }

    /// Asks for a cache entry. As it stands: there is none of this index.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CacheEntryReport getCacheEntry(CallContext context, CallbackRequest.OfIndex request) throws IOException {
        throw new RxAbortException(NO_SUCH_INDEX);
    }

    /// Asks for the version of the statistics.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default CallbackReply.Version xStatsVersion(CallContext context) throws IOException {
        return new CallbackReply.Version(X_STATS_VERSION);
    }

    /// Asks for statistics. As it stands: refused, because their layout is that of the C client.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CallbackReply.XStats getXStats(CallContext context, CallbackRequest.GetXStats request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// As [#initCallBackState], and asks who the client is. As it stands: refused, as OpenAFS does, so that the server takes the next form.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default CallbackReply.Addresses initCallBackState2(CallContext context) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Asks who the client is.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    CallbackReply.Addresses whoAreYou(CallContext context) throws IOException;

    /// As [#initCallBackState], with the UUID of the server.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void initCallBackState3(CallContext context, CallbackRequest.OfUuid request) throws IOException;

    /// Asks whether the client is the one of this UUID; another one aborts with 1.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void probeUuid(CallContext context, CallbackRequest.OfUuid request) throws IOException;

    /// Asks for the rank of a server. As it stands: there is none of this index.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CallbackReply.ServerPreference getServerPreferences(CallContext context, CallbackRequest.OfIndex request) throws IOException {
        return new CallbackReply.ServerPreference(-1, -1);
    }

    /// Asks for a cell by index. As it stands: there is none.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CallbackReply.Cell getCellServers(CallContext context, CallbackRequest.OfIndex request) throws IOException {
        return new CallbackReply.Cell("", List.of());
    }

    /// Asks for the name of the client's own cell. As it stands: there is none.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default CallbackReply.LocalCell getLocalCell(CallContext context) throws IOException {
        return new CallbackReply.LocalCell("");
    }

    /// Asks for the cache's configuration. As it stands: refused, because it is that of the C client.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CallbackReply.CacheConfig getCacheConfig(CallContext context, CallbackRequest.GetCacheConfig request) throws IOException {
        throw new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }

    /// Asks for a cache entry. As it stands: there is none of this index.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CacheEntryReport getCacheEntry64(CallContext context, CallbackRequest.OfIndex request) throws IOException {
        throw new RxAbortException(NO_SUCH_INDEX);
    }

    /// Asks for a cell by number. As it stands: there is none.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default CallbackReply.Cell getCellByNumber(CallContext context, CallbackRequest.OfIndex request) throws IOException {
        return new CallbackReply.Cell("", List.of());
    }

    /// Asks who the client is and what it can do.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    CallbackReply.Self tellMeAboutYourself(CallContext context) throws IOException;
}
