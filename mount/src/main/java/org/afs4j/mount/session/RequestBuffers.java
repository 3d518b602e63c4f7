package org.afs4j.mount.session;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.mount.protocol.FuseInit;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.jspecify.annotations.Nullable;

/// Memory for one request and its reply; pages of it that were never written take none.
///
/// @param memory where requests are read to; as large as the largest
/// @param request the same, to be looked at
/// @param reply the reply to each
public record RequestBuffers(MemorySegment memory, ByteBuffer request, FuseReply reply) {
    private static final long REQUEST_BYTES = FuseInit.MOST_DATA_BYTES + 4096L * 2;
    private static final long REPLY_BYTES = FuseInit.MOST_DATA_BYTES + (long) FuseReply.HEADER_BYTES;

    private static RequestBuffers allocate() {
        Arena arena = Arena.ofAuto();
        MemorySegment memory = arena.allocate(REQUEST_BYTES, 4096);
        return new RequestBuffers(memory, FuseRequest.buffer(memory), new FuseReply(arena.allocate(REPLY_BYTES, 4096)));
    }

    /// Buffers that are used again, a few of which are kept for the next.
    ///
    /// Threads: any.
    static final class Pool {
        private static final int MOST_SPARE = 32;

        private final ConcurrentLinkedDeque<RequestBuffers> spares = new ConcurrentLinkedDeque<>();
        private final AtomicInteger spareCount = new AtomicInteger();

        /// Buffers for whoever serves.
        RequestBuffers take() {
            @Nullable RequestBuffers spare = spares.pollFirst();
            if (spare != null) {
                spareCount.decrementAndGet();
                return spare;
            }
            return allocate();
        }

        /// Gives buffers back, which nobody uses any more.
        void give(RequestBuffers buffers) {
            if (spareCount.incrementAndGet() > MOST_SPARE) {
                spareCount.decrementAndGet();
            } else {
                spares.addFirst(buffers);
            }
        }
    }
}
