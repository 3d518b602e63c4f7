package org.afs4j.cell;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;

/// The file server's callback state: the clients, and who holds a promise on what.
///
/// What the server does on each event:
/// - A client calls that is [ClientHost.State#STRANGE]: it is greeted (asked about itself, told InitCallBackState), and only
///   then served. If it does not answer, its call is refused.
/// - A status goes out: the promise is entered under the volume's lock, with the status that it is for.
/// - A vnode changes: under the volume's lock, at the moment of the change, the promises of everyone but the writer are taken
///   out of the table and become breaks; with the locks dropped the breaks are sent, all at once, and awaited.
/// - A client does not answer a break in time: all its promises are forgotten and it is STRANGE again.
///
/// Invariants:
/// 1. A fid is in a client's set exactly if the client is in the fid's map.
/// 2. Only a KNOWN client has promises.
/// 3. Who changes a vnode waits also for breaks of that vnode, or of its volume, that are under way already: when a writer's call
///    returns, nobody holds a promise from before it.
///
/// Source: OpenAFS `src/viced/callback.c`, `host.c`. Locks: CELL_CALLBACKS; never held across a call.
final class PromiseTable {
    private static final int FIRST_PURGE = 10_000;

    /// How long promises are given for.
    ///
    /// Source: OpenAFS `src/viced/callback.c`: the more clients hold promises on a vnode, the shorter they are.
    ///
    /// @param fixed how long, or null for OpenAFS's table
    record Lifetime(@Nullable Duration fixed) {
        /// How much longer than promised the server keeps a promise: clients count from when the reply reached them.
        static final Duration GRACE = Duration.ofMinutes(3);

        /// As how many holders more a bulk reply counts.
        static final int BULK_HOLDERS = 22;

        private static final int HOLDERS_PER_STEP = 8;
        private static final int[] MINUTES = {240, 60, 30, 15, 15, 10, 10, 10};
        private static final int LEAST_MINUTES = 7;

        Duration forHolders(int holders) {
            if (fixed != null) {
                return fixed;
            }
            int step = holders / HOLDERS_PER_STEP;
            return Duration.ofMinutes(step < MINUTES.length ? MINUTES[step] : LEAST_MINUTES);
        }
    }

    private final World world;
    private final CellCounters counters;
    private final Lifetime lifetime;
    private final RankedMutex lock = new RankedMutex(LockRank.CELL_CALLBACKS);
    private final RankedCondition greeted = lock.newCondition();
    private final Map<InetSocketAddress, ClientHost> hosts = new LinkedHashMap<>();
    private final Map<Fid, Map<ClientHost, Long>> promises = new LinkedHashMap<>();
    private final Set<PendingBreak> underWay = new LinkedHashSet<>();
    private final RankedCondition settled = lock.newCondition();
    private long promiseCount;
    private long purgeAtCount = FIRST_PURGE;

    PromiseTable(World world, CellCounters counters, Lifetime lifetime) {
        this.world = world;
        this.counters = counters;
        this.lifetime = lifetime;
    }

    /// Breaks that one client is owed for one change.
    static final class PendingBreak {
        final ClientHost host;
        final List<Fid> fids = new ArrayList<>();
        private final List<Countdown> waiters = new ArrayList<>(1);
        private boolean done;

        PendingBreak(ClientHost host) {
            this.host = host;
        }

        /// Whether its client does not believe what it knows of a vnode any more once it has answered.
        private boolean tellsOf(Fid fid) {
            return fids.contains(fid) || fids.contains(Fid.ofVolume(fid.volumeId()));
        }
    }

    /// How many breaks somebody still waits for: he is woken once, by the last.
    private static final class Countdown {
        int left;
    }

    /// Greets a client that calls for the first time.
    interface Greeter {
        /// Asks the client about itself, and tells it that it holds no promise here.
        ///
        /// @return whether the client knows universal error numbers
        /// @throws IOException if its callback service does not answer
        boolean greet(InetSocketAddress client) throws IOException;
    }

    /// The client that a call comes from, greeted.
    ///
    /// @throws org.afs4j.rx.RxAbortException with −1 if it cannot be reached
    ///
    /// Blocks: for a greeting.
    ClientHost contact(InetSocketAddress address, Greeter greeter) throws IOException {
        ClientHost host;
        lock.lock();
        try {
            host = hosts.computeIfAbsent(address, ClientHost::new);
            boolean waited = false;
            while (host.state == ClientHost.State.GREETING) {
                waited = true;
                greeted.await();
            }
            if (host.state == ClientHost.State.KNOWN) {
                return host;
            }
            if (waited) {
                throw AbortCode.refusal(AbortCode.CLIENT_NOT_REACHED);
            }
            host.state = ClientHost.State.GREETING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a client was greeted");
        } finally {
            lock.unlock();
        }
        boolean universalErrors = false;
        boolean answered = false;
        try {
            assert HeldLocks.allowCall();
            universalErrors = greeter.greet(address);
            answered = true;
        } catch (IOException silent) {
            throw AbortCode.refusal(AbortCode.CLIENT_NOT_REACHED);
        } finally {
            counters.count(answered ? CellCounters.Event.CLIENT_GREETED : CellCounters.Event.CLIENT_REFUSED);
            lock.lock();
            try {
                host.knowsUniversalErrors = universalErrors;
                host.state = answered ? ClientHost.State.KNOWN : ClientHost.State.STRANGE;
                if (!answered) {
                    // The next call makes a new record; nothing is kept for clients that cannot be reached.
                    hosts.remove(address, host);
                }
                greeted.signalAll();
            } finally {
                lock.unlock();
            }
        }
        return host;
    }

    /// Enters a promise. A client that has become STRANGE since its call began gets none.
    CallBackPromise grant(ClientHost host, Fid fid) {
        return grant(host, fid, 0);
    }

    /// Enters one of the promises of a bulk reply, which are shorter: many of them are never used.
    CallBackPromise grantBulk(ClientHost host, Fid fid) {
        return grant(host, fid, Lifetime.BULK_HOLDERS);
    }

    private CallBackPromise grant(ClientHost host, Fid fid, int furtherHolders) {
        lock.lock();
        try {
            if (host.state != ClientHost.State.KNOWN) {
                return CallBackPromise.BROKEN;
            }
            purgeIfMany();
            Map<ClientHost, Long> holders = promises.computeIfAbsent(fid, f -> new LinkedHashMap<>());
            Duration promised = lifetime.forHolders(holders.size() + furtherHolders);
            long expiresAtNanos = world.nanoTime() + promised.plus(Lifetime.GRACE).toNanos();
            if (holders.put(host, expiresAtNanos) == null) {
                promiseCount++;
            }
            host.promises.add(fid);
            counters.count(CellCounters.Event.PROMISE_GRANTED);
            return CallBackPromise.granted((int) promised.toSeconds());
        } finally {
            lock.unlock();
        }
    }

    private void purgeIfMany() {
        if (promiseCount < purgeAtCount) {
            return;
        }
        long now = world.nanoTime();
        Iterator<Map.Entry<Fid, Map<ClientHost, Long>>> entries = promises.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Fid, Map<ClientHost, Long>> entry = entries.next();
            entry.getValue().entrySet().removeIf(holder -> {
                boolean expired = now - holder.getValue() >= 0;
                if (expired) {
                    holder.getKey().promises.remove(entry.getKey());
                    promiseCount--;
                }
                return expired;
            });
            if (entry.getValue().isEmpty()) {
                entries.remove();
            }
        }
        purgeAtCount = Math.max(FIRST_PURGE, 2 * promiseCount);
    }

    /// Takes out the promises on a vnode that has changed, and adds what is owed to the breaks of the change.
    ///
    /// @param except who needs no break: the writer, who knows; or null
    void take(Fid fid, @Nullable ClientHost except, BreakBatch batch) {
        lock.lock();
        try {
            takeLocked(fid, except, batch);
        } finally {
            lock.unlock();
        }
    }

    private void takeLocked(Fid fid, @Nullable ClientHost except, BreakBatch batch) {
        for (PendingBreak pending : underWay) {
            if (!isSame(pending.host, except) && pending.tellsOf(fid)) {
                batch.awaited.add(pending);
            }
        }
        Map<ClientHost, Long> holders = promises.get(fid);
        if (holders == null) {
            return;
        }
        long now = world.nanoTime();
        Iterator<Map.Entry<ClientHost, Long>> entries = holders.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<ClientHost, Long> entry = entries.next();
            ClientHost host = entry.getKey();
            if (isSame(host, except)) {
                continue;
            }
            entries.remove();
            promiseCount--;
            host.promises.remove(fid);
            if (now - entry.getValue() < 0) {
                owe(host, fid, batch);
            }
        }
        if (holders.isEmpty()) {
            promises.remove(fid);
        }
    }

    /// Gives breaks up that nobody can send: their clients lose all promises, and are told so when they call next.
    void abandon(BreakBatch batch) {
        batch.own.values().forEach(pending -> settle(pending, false));
    }

    /// Whether both are the same client, also if one of the records is from before a greeting.
    private static boolean isSame(ClientHost host, @Nullable ClientHost other) {
        return other != null && host.address.equals(other.address);
    }

    private void owe(ClientHost host, Fid fid, BreakBatch batch) {
        PendingBreak pending = batch.own.get(host);
        if (pending == null) {
            pending = new PendingBreak(host);
            batch.own.put(host, pending);
            underWay.add(pending);
        }
        if (!pending.fids.contains(fid)) {
            pending.fids.add(fid);
        }
    }

    /// Takes out all promises on vnodes of a volume; each holder is owed one break, of the whole volume.
    void takeVolume(int volumeId, BreakBatch batch) {
        lock.lock();
        try {
            List<Fid> fids = promises.keySet().stream().filter(fid -> fid.volumeId() == volumeId).toList();
            for (Fid fid : fids) {
                BreakBatch single = new BreakBatch();
                takeLocked(fid, null, single);
                batch.awaited.addAll(single.awaited);
                for (PendingBreak pending : single.own.values()) {
                    underWay.remove(pending);
                    owe(pending.host, Fid.ofVolume(volumeId), batch);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// The breaks of one change.
    static final class BreakBatch {
        /// Those that the change owes, and sends.
        final Map<ClientHost, PendingBreak> own = new LinkedHashMap<>();
        /// Those of earlier changes that it waits for.
        final List<PendingBreak> awaited = new ArrayList<>();

        boolean isEmpty() {
            return own.isEmpty() && awaited.isEmpty();
        }
    }

    /// A break was answered, or not: then the client is STRANGE from now on, and holds nothing. Without effect if that was settled before.
    void settle(PendingBreak pending, boolean answered) {
        lock.lock();
        try {
            if (pending.done) {
                return;
            }
            pending.done = true;
            counters.count(answered ? CellCounters.Event.BREAK_SENT : CellCounters.Event.BREAK_FAILED);
            underWay.remove(pending);
            if (!answered) {
                forgetLocked(pending.host);
                hosts.remove(pending.host.address, pending.host);
            }
            for (Countdown waiter : pending.waiters) {
                if (--waiter.left == 0) {
                    settled.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until breaks are settled.
    ///
    /// @param deadlineNanos on the world's clock
    /// @return those that are not, when the deadline has come
    /// @throws InterruptedException if interrupted
    List<PendingBreak> await(List<PendingBreak> pending, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            Countdown countdown = new Countdown();
            for (PendingBreak one : pending) {
                if (!one.done) {
                    one.waiters.add(countdown);
                    countdown.left++;
                }
            }
            while (countdown.left > 0) {
                if (!settled.awaitUntil(world, deadlineNanos)) {
                    break;
                }
            }
            return pending.stream().filter(one -> !one.done).toList();
        } finally {
            lock.unlock();
        }
    }

    /// A client gives up promises.
    void giveUp(InetSocketAddress address, List<Fid> fids) {
        lock.lock();
        try {
            ClientHost host = hosts.get(address);
            if (host != null) {
                for (Fid fid : fids) {
                    if (host.promises.remove(fid)) {
                        removeHolder(fid, host);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// A client gives up all promises.
    void giveUpAll(InetSocketAddress address) {
        lock.lock();
        try {
            ClientHost host = hosts.get(address);
            if (host != null) {
                host.promises.forEach(fid -> removeHolder(fid, host));
                host.promises.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nobody holds a promise on a vnode that is gone: there is nothing left to tell of.
    void vnodeGone(Fid fid) {
        lock.lock();
        try {
            Map<ClientHost, Long> holders = promises.remove(fid);
            if (holders != null) {
                promiseCount -= holders.size();
                holders.keySet().forEach(host -> host.promises.remove(fid));
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetLocked(ClientHost host) {
        host.state = ClientHost.State.STRANGE;
        host.promises.forEach(fid -> removeHolder(fid, host));
        host.promises.clear();
    }

    private void removeHolder(Fid fid, ClientHost host) {
        Map<ClientHost, Long> holders = promises.get(fid);
        if (holders != null && holders.remove(host) != null) {
            promiseCount--;
            if (holders.isEmpty()) {
                promises.remove(fid);
            }
        }
    }

    /// How many clients are known that have called within a time.
    int clientCount(Duration within) {
        lock.lock();
        try {
            long now = world.nanoTime();
            return (int) hosts.values().stream().filter(host -> now - host.calledNanos <= within.toNanos()).count();
        } finally {
            lock.unlock();
        }
    }

    long promiseCount() {
        lock.lock();
        try {
            return promiseCount;
        } finally {
            lock.unlock();
        }
    }
}
