package org.afs4j.client.cache;

import org.afs4j.base.world.World;
import org.afs4j.client.callback.CallbackTable;
import org.afs4j.client.callback.StripQueue;
import org.afs4j.client.counter.AfsCounters;
import org.afs4j.client.lock.LockTable;
import org.afs4j.client.server.CallsUnderWay;
import org.afs4j.client.server.ServerProbe;
import org.afs4j.client.server.ServerTable;
import org.afs4j.pagecache.PageCache;
import org.afs4j.rx.RxEndpoint;

/// What all parts of one client's cache share.
///
/// @param world time, randomness and threads
/// @param endpoint through which servers are called and call back
/// @param servers the file servers met
/// @param callbacks who has an interest in which breaks
/// @param strips what is to be stripped
/// @param vnodes how many vnodes are cached, and which go
/// @param locks the locked files
/// @param pages the page cache
/// @param counters what is counted
/// @param probe what asks servers for a sign of life
/// @param calls the operations that call file servers now
/// @param patienceNanos how long an operation is tried again while servers ask to wait
/// @param deadTimeoutNanos how long it is tried again while all servers refuse
public record CacheContext(
        World world,
        RxEndpoint endpoint,
        ServerTable servers,
        CallbackTable callbacks,
        StripQueue strips,
        VnodeTable vnodes,
        LockTable locks,
        PageCache pages,
        AfsCounters counters,
        ServerProbe probe,
        CallsUnderWay calls,
        long patienceNanos,
        long deadTimeoutNanos) {}
