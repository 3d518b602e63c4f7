package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// A request under way, and its one answer: whoever answers first has answered, be it who carries it out, or who finds that it
/// takes too long or was interrupted. Work that was answered for goes on to its end, unseen.
///
/// Threads: who carries it out uses request and reply; the rest is for any.
public final class Exchange {
    private static final long NEVER = Long.MAX_VALUE;

    private final ReplyPath replies;
    private final FuseRequest request;
    private final FuseReply reply;
    private final FuseOpcode opcode;
    private final long unique;
    private final long startNanos;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean delivered;
    private volatile long interruptedNanos = NEVER;
    private volatile @Nullable Runnable onInterrupt;

    Exchange(ReplyPath replies, FuseOpcode opcode, FuseRequest request, FuseReply reply, long nowNanos) {
        this.replies = replies;
        this.opcode = opcode;
        this.request = request;
        this.reply = reply;
        this.unique = request.unique();
        this.startNanos = nowNanos;
    }

    /// What is asked.
    public FuseOpcode opcode() {
        return opcode;
    }

    /// The request; of worth while it is being carried out.
    public FuseRequest request() {
        return request;
    }

    /// The reply to put the answer in.
    public FuseReply reply() {
        return reply;
    }

    /// Answers with what is in the reply.
    ///
    /// @return whether the kernel has taken the answer: if not, it does not know what the answer would have told it
    public boolean answer() {
        return answer(false);
    }

    /// Answers with what is in the reply, after which nothing is done for the request.
    void answerLast() {
        boolean ignored = answer(true);
        assert ignored || isAnswered();
    }

    private boolean answer(boolean last) {
        if (!answered.compareAndSet(false, true)) {
            return false;
        }
        try {
            if (last) {
                replies.writeLast(reply.done(unique));
            } else {
                replies.write(reply.done(unique));
            }
            delivered = true;
        } catch (IOException gone) {
            tooLate(gone);
        }
        return delivered;
    }

    /// Refuses, for whoever carries the request out, and does nothing for it afterwards.
    ///
    /// @param errno why, positive
    void refuse(int errno) {
        if (answered.compareAndSet(false, true)) {
            try {
                replies.writeLast(reply.failed(unique, errno));
            } catch (IOException gone) {
                tooLate(gone);
            }
        }
    }

    /// Refuses for one who does not carry the request out, and so may not touch the reply.
    ///
    /// @param errno why, positive
    /// @return whether that was the answer
    private boolean fail(int errno) {
        if (!answered.compareAndSet(false, true)) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            replies.write(new FuseReply(arena.allocate(FuseReply.HEADER_BYTES, Long.BYTES)).failed(unique, errno));
        } catch (IOException gone) {
            tooLate(gone);
        }
        return true;
    }

    /// The process that asked was killed, or the file system is unmounted: nobody waits.
    private static void tooLate(IOException gone) {
        System.getLogger("org.afs4j.mount").log(System.Logger.Level.TRACE, "a reply came too late", gone);
    }

    /// Whether somebody has answered.
    public boolean isAnswered() {
        return answered.get();
    }

    /// Whether the kernel has taken the answer, and it was no refusal.
    public boolean isDelivered() {
        return delivered;
    }

    /// Says what ends a wait early; it is run at once if the request has been interrupted already.
    ///
    /// @param action wakes whoever waits for the request; never blocks
    public void onInterrupt(Runnable action) {
        onInterrupt = action;
        if (isInterrupted()) {
            action.run();
        }
    }

    /// Whether the process that asked got a signal.
    public boolean isInterrupted() {
        return interruptedNanos != NEVER;
    }

    void interrupt(long nowNanos) {
        if (!isInterrupted()) {
            interruptedNanos = nowNanos;
        }
        @Nullable Runnable action = onInterrupt;
        if (action != null) {
            action.run();
        }
    }

    /// Ends it if it takes too long.
    ///
    /// @param nowNanos the time now
    /// @param deadlineNanos how long it may take
    /// @param graceNanos how long it may take once interrupted
    /// @return whether it was ended
    boolean endIfLate(long nowNanos, long deadlineNanos, long graceNanos) {
        if (interruptedNanos != NEVER && nowNanos - interruptedNanos >= graceNanos) {
            return fail(Errno.EINTR.number());
        }
        return nowNanos - startNanos >= deadlineNanos && fail(Errno.ETIMEDOUT.number());
    }
}
