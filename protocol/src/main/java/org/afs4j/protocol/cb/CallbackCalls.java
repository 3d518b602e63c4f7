package org.afs4j.protocol.cb;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.call.ClientProcedure;
import org.afs4j.rx.RxConnection;

/// The callback service's procedures, called by a file server over a connection to the client.
///
/// Each method throws [org.afs4j.rx.RxAbortException] if the client refuses, another [org.afs4j.rx.RxException] if no
/// reply came, [org.afs4j.protocol.xdr.XdrException] if the reply is malformed, [java.io.InterruptedIOException] if
/// interrupted, and [IllegalArgumentException] if a list given is beyond the protocol's bound ([Limits]).
///
/// Source: OpenAFS src/fsint/afscbint.xg. Threads: any. Blocks: until the reply is there, a free channel included.
public final class CallbackCalls {
    /// The Rx service that clients offer.
    public static final int SERVICE_ID = 1;

    private final RxConnection connection;

    /// Makes the stub.
    ///
    /// @param connection the way to the client; it stays the caller's
    public CallbackCalls(RxConnection connection) {
        this.connection = connection;
    }

    /// Breaks promises.
    ///
    /// @param fids whose promises are broken, [Limits#BULK_COUNT] at most
    /// @param promises as many as fids, or none
    /// @throws IOException as said above
    public void callBack(List<Fid> fids, List<CallBackPromise> promises) throws IOException {
        ClientProcedure.call(connection, CallbackOpcode.CALL_BACK, new CallbackRequest.CallBack(fids, promises));
    }

    /// Says that the server has lost all promises of the client.
    ///
    /// @throws IOException as said above
    public void initCallBackState() throws IOException {
        ClientProcedure.call(connection, CallbackOpcode.INIT_CALL_BACK_STATE, ClientProcedure.NOTHING);
    }

    /// Asks whether the client lives.
    ///
    /// @throws IOException as said above
    public void probe() throws IOException {
        ClientProcedure.call(connection, CallbackOpcode.PROBE, ClientProcedure.NOTHING);
    }

    /// Asks for the state of a lock.
    ///
    /// @param index which one
    /// @throws IOException as said above
    public CallbackReply.Lock getLock(int index) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_LOCK, new CallbackRequest.OfIndex(index), CallbackReply.Lock::decode);
    }

    /// Asks for a cache entry.
    ///
    /// @param index which one
    /// @throws IOException as said above
    public CacheEntryReport getCacheEntry(int index) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_CACHE_ENTRY, new CallbackRequest.OfIndex(index), CacheEntryReport::decodeNarrow);
    }

    /// Asks for the version of the statistics.
    ///
    /// @throws IOException as said above
    public CallbackReply.Version xStatsVersion() throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.X_STATS_VERSION, ClientProcedure.NOTHING, CallbackReply.Version::decode);
    }

    /// Asks for statistics.
    ///
    /// @param clientVersion the layout that the caller knows
    /// @param collection which statistics
    /// @throws IOException as said above
    public CallbackReply.XStats getXStats(int clientVersion, int collection) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_X_STATS, new CallbackRequest.GetXStats(clientVersion, collection), CallbackReply.XStats::decode);
    }

    /// As [#initCallBackState], and asks who the client is.
    ///
    /// @throws IOException as said above
    public CallbackReply.Addresses initCallBackState2() throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.INIT_CALL_BACK_STATE_2, ClientProcedure.NOTHING, CallbackReply.Addresses::decode);
    }

    /// Asks who the client is.
    ///
    /// @throws IOException as said above
    public CallbackReply.Addresses whoAreYou() throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.WHO_ARE_YOU, ClientProcedure.NOTHING, CallbackReply.Addresses::decode);
    }

    /// As [#initCallBackState], with the UUID of the server.
    ///
    /// @param uuid whose
    /// @throws IOException as said above
    public void initCallBackState3(AfsUuid uuid) throws IOException {
        ClientProcedure.call(connection, CallbackOpcode.INIT_CALL_BACK_STATE_3, new CallbackRequest.OfUuid(uuid));
    }

    /// Asks whether the client is the one of this UUID; another one aborts with 1.
    ///
    /// @param uuid whose
    /// @throws IOException as said above
    public void probeUuid(AfsUuid uuid) throws IOException {
        ClientProcedure.call(connection, CallbackOpcode.PROBE_UUID, new CallbackRequest.OfUuid(uuid));
    }

    /// Asks for the rank of a server.
    ///
    /// @param index which one
    /// @throws IOException as said above
    public CallbackReply.ServerPreference getServerPreferences(int index) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_SERVER_PREFERENCES, new CallbackRequest.OfIndex(index), CallbackReply.ServerPreference::decode);
    }

    /// Asks for a cell by index.
    ///
    /// @param index which one
    /// @throws IOException as said above
    public CallbackReply.Cell getCellServers(int index) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_CELL_SERVERS, new CallbackRequest.OfIndex(index), CallbackReply.Cell::decode);
    }

    /// Asks for the name of the client's own cell.
    ///
    /// @throws IOException as said above
    public CallbackReply.LocalCell getLocalCell() throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_LOCAL_CELL, ClientProcedure.NOTHING, CallbackReply.LocalCell::decode);
    }

    /// Asks for the cache's configuration.
    ///
    /// @param callerVersion the layout that the caller knows
    /// @throws IOException as said above
    public CallbackReply.CacheConfig getCacheConfig(int callerVersion) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_CACHE_CONFIG, new CallbackRequest.GetCacheConfig(callerVersion), CallbackReply.CacheConfig::decode);
    }

    /// Asks for a cache entry.
    ///
    /// @param index which one
    /// @throws IOException as said above
    public CacheEntryReport getCacheEntry64(int index) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_CACHE_ENTRY_64, new CallbackRequest.OfIndex(index), CacheEntryReport::decode);
    }

    /// Asks for a cell by number.
    ///
    /// @param index which one
    /// @throws IOException as said above
    public CallbackReply.Cell getCellByNumber(int index) throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.GET_CELL_BY_NUMBER, new CallbackRequest.OfIndex(index), CallbackReply.Cell::decode);
    }

    /// Asks who the client is and what it can do.
    ///
    /// @throws IOException as said above
    public CallbackReply.Self tellMeAboutYourself() throws IOException {
        return ClientProcedure.call(
                connection, CallbackOpcode.TELL_ME_ABOUT_YOURSELF, ClientProcedure.NOTHING, CallbackReply.Self::decode);
    }
}
