package org.afs4j.rx.port;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.rx.ffi.ReceiveBatch;
import org.afs4j.rx.ffi.ReceivedMessage;
import org.jspecify.annotations.Nullable;

/// The memory into which a port receives, used again and again. A message of which datagrams are kept leaves the port, which goes on
/// with another, and comes back when the last of them is given up.
///
/// Invariant: a message is the port's, held, or free; there are [#MAX_MESSAGES] at most, so that what readers leave lying costs the
/// port so much memory, and no more: what comes then is copied.
///
/// Threads: any. Locks: [LockRank#LEAF].
final class MessagePool {
    /// As many as make 4 MiB where the kernel puts datagrams together.
    static final int MAX_MESSAGES = 64;

    /// Datagrams of a message that are worth its whole memory.
    static final int MIN_DATAGRAMS = 8;

    private final int messageBytes;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final ArrayDeque<Message> free = new ArrayDeque<>(MAX_MESSAGES);
    private int made;

    /// Makes a pool.
    ///
    /// @param messageBytes the longest message
    MessagePool(int messageBytes) {
        this.messageBytes = messageBytes;
    }

    /// One message. The port counts as a holder as long as it is the port's.
    final class Message extends ReceivedMessage implements MessageHold {
        private final AtomicInteger holders = new AtomicInteger(1);
        private @Nullable Message successor;

        private Message() {
            super(messageBytes);
        }

        @Override
        public boolean retain() {
            if (successor == null) {
                successor = datagrams() < MIN_DATAGRAMS ? null : take();
            }
            if (successor == null) {
                return false;
            }
            holders.getAndIncrement();
            return true;
        }

        @Override
        public void release() {
            int left = holders.decrementAndGet();
            if (left == 0) {
                giveBack(this);
            } else if (left < 0) {
                throw new IllegalStateException("released once too often");
            }
        }

        /// What the port goes on with after it: the same if nothing of it was kept.
        Message next() {
            Message next = successor;
            if (next == null) {
                return this;
            }
            successor = null;
            release();
            return next;
        }
    }

    /// The messages that a port begins with.
    ReceiveBatch<Message> newBatch() {
        return new ReceiveBatch<>(() -> {
            Message message = take();
            if (message == null) {
                throw new IllegalStateException("more messages than there may be");
            }
            return message;
        });
    }

    /// Takes a message for the port; the one that was used last comes first, since it is likeliest in the processor's cache.
    private @Nullable Message take() {
        mutex.lock();
        try {
            Message message = free.pollLast();
            if (message != null) {
                message.holders.set(1);
                return message;
            }
            if (made == MAX_MESSAGES) {
                return null;
            }
            made++;
        } finally {
            mutex.unlock();
        }
        return new Message();
    }

    private void giveBack(Message message) {
        mutex.lock();
        try {
            free.addLast(message);
        } finally {
            mutex.unlock();
        }
    }
}
