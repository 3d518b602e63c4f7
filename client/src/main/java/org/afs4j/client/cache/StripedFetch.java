package org.afs4j.client.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.afs4j.client.server.CallsAtOnce;
import org.afs4j.protocol.fs.FetchStatus;

/// One range of a file fetched by several calls at once. One call brings a window of packets a round trip (32 packets from an
/// OpenAFS file server); so the longer the way, the more calls it takes to fill it. Near servers get one call a range.
///
/// Stores are not striped: file servers work on one store of a file at a time, and hold its vnode meanwhile.
///
/// Stripes may bring bytes of different data versions, as any fetches do: each installs the status that came with it, and a
/// version that is not the pages' makes them be dropped before they are used (see [VnodePages]).
final class StripedFetch {
    private static final int MOST_STRIPES = 8;
    private static final long LEAST_STRIPE_BYTES = 64 << 10;

    /// How much of a round trip is worth one more call. At a millisecond one window makes about 45 MB/s.
    private static final long ROUND_TRIP_A_STRIPE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private StripedFetch() {}

    /// Fetches a range as [VnodeCalls#fetchData].
    ///
    /// @throws IOException if a part of it cannot be had; no call writes to the destination any more then
    static void run(CacheContext context, Vnode vnode, long offsetBytes, MemorySegment destination) throws IOException {
        FetchStatus known = vnode.knownStatus();
        long presentBytes = known == null ? 0 : Math.min(destination.byteSize(), known.lengthBytes() - offsetBytes);
        int stripes = stripes(vnode.volume().servers().getFirst().roundTripNanos(), presentBytes);
        if (stripes == 1) {
            VnodeCalls.fetchData(context, vnode, offsetBytes, destination);
        } else {
            long stripeBytes = presentBytes / stripes / LEAST_STRIPE_BYTES * LEAST_STRIPE_BYTES;
            List<CallsAtOnce.Call> calls = new ArrayList<>(stripes);
            for (int stripe = 0; stripe < stripes; stripe++) {
                long from = stripe * stripeBytes;
                MemorySegment part = stripe == stripes - 1 ? destination.asSlice(from) : destination.asSlice(from, stripeBytes);
                calls.add(() -> VnodeCalls.fetchData(context, vnode, offsetBytes + from, part));
            }
            CallsAtOnce.run(context.world(), "afs4j-stripe", calls);
        }
    }

    /// How many calls a range is worth: one from a server whose distance is not known.
    static int stripes(long roundTripNanos, long lengthBytes) {
        if (roundTripNanos == Long.MAX_VALUE) {
            return 1;
        }
        return Math.clamp(Math.min(roundTripNanos / ROUND_TRIP_A_STRIPE_NANOS, lengthBytes / LEAST_STRIPE_BYTES), 1, MOST_STRIPES);
    }
}
