package org.afs4j.mount.uring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.mount.session.ReplyPath;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// Where the reply of one request goes that came by a ring: into its entry, which goes back to the kernel by the ring of the thread
/// that took the request, if it is that thread that answers, and otherwise by any other of the same queue.
///
/// Threads: any.
final class RingReply implements ReplyPath {
    private final RingQueue queue;
    private final RingEntry entry;
    private final @Nullable RingReader reader;
    private final long request;
    private final AtomicBoolean answered = new AtomicBoolean();

    /// Makes the path.
    ///
    /// @param queue the request's queue
    /// @param entry where it is
    /// @param reader whose ring it came by, if that can take the entry back
    RingReply(RingQueue queue, RingEntry entry, @Nullable RingReader reader) {
        this.queue = queue;
        this.entry = entry;
        this.reader = reader;
        request = reader == null ? 0 : reader.requests();
    }

    @Override
    public void write(MemorySegment message) throws IOException {
        put(message);
        giveBack(true);
    }

    @Override
    public void writeLast(MemorySegment message) throws IOException {
        put(message);
        giveBack(false);
    }

    private void put(MemorySegment message) throws IOException {
        if (!answered.compareAndSet(false, true)) {
            throw new IOException("a second reply");
        }
        try {
            entry.put(message);
        } catch (IOException e) {
            entry.failed(Errno.EIO.number());
            giveBack(true);
            throw e;
        }
    }

    /// Answers what nobody else will: a request that was malformed, or wants no reply.
    ///
    /// @param errno why, positive; 0 if it was carried out
    void end(int errno) {
        if (answered.compareAndSet(false, true)) {
            entry.failed(errno);
            giveBack(false);
        }
    }

    private void giveBack(boolean atOnce) {
        queue.answered();
        if (reader != null && reader.carriesOut(request)) {
            reader.takeBack(entry, atOnce);
        } else {
            queue.adopt(entry);
        }
    }
}
