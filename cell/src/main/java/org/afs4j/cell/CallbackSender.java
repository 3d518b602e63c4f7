package org.afs4j.cell;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;

/// Calls the callback services of clients, at the address and port that their own calls came from.
///
/// Blocks: all methods. Locks: none may be held.
final class CallbackSender implements PromiseTable.Greeter {
    private static final System.Logger LOG = System.getLogger("org.afs4j.cell");
    private static final int OPCODE_UNKNOWN = -455;

    private final World world;
    private final Origin endpoint;
    private final AfsUuid serverUuid;
    private final Duration bound;
    private final ServerFaults faults;

    /// Where calls leave.
    @FunctionalInterface
    interface Origin {
        /// The endpoint.
        ///
        /// @throws IOException if there is none now: the server has stopped, or is cut off
        RxEndpoint get() throws IOException;
    }

    /// @param endpoint where calls leave from now
    CallbackSender(World world, Origin endpoint, AfsUuid serverUuid, Duration bound, ServerFaults faults) {
        this.world = world;
        this.endpoint = endpoint;
        this.serverUuid = serverUuid;
        this.bound = bound;
        this.faults = faults;
    }

    private CallbackCalls calls(InetSocketAddress client) throws IOException {
        return new CallbackCalls(endpoint.get().connect(client, CallbackCalls.SERVICE_ID, RxClientSecurity.none()));
    }

    /// Asks a client about itself, then tells it that it holds no promise here: by TellMeAboutYourself and
    /// InitCallBackState3, by WhoAreYou for clients that do not know the first, by InitCallBackState for those that know neither.
    ///
    /// Source: OpenAFS `src/viced/host.c`.
    @Override
    public boolean greet(InetSocketAddress client) throws IOException {
        CallbackCalls calls = calls(client);
        boolean universalErrors = false;
        try {
            universalErrors =
                    calls.tellMeAboutYourself().capabilities().has(Capabilities.CLIENT_ERROR_TRANSLATION);
        } catch (RxAbortException refused) {
            if (refused.code() != OPCODE_UNKNOWN) {
                throw refused;
            }
            try {
                calls.whoAreYou();
            } catch (RxAbortException alsoRefused) {
                if (alsoRefused.code() != OPCODE_UNKNOWN) {
                    throw alsoRefused;
                }
                calls.initCallBackState();
                return false;
            }
        }
        calls.initCallBackState3(serverUuid);
        return universalErrors;
    }

    /// Sends the breaks of a change, all clients at once, and waits until each has answered or the bound has passed; who has
    /// not answered by then loses all its promises.
    ///
    /// @throws IOException if interrupted; the breaks go on
    void send(PromiseTable table, PromiseTable.BreakBatch batch) throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        assert HeldLocks.allowCall();
        Map<PromiseTable.PendingBreak, Thread> threads = new LinkedHashMap<>();
        for (PromiseTable.PendingBreak pending : batch.own.values()) {
            threads.put(pending, world.start("afs4j-cell-break", () -> breakOne(table, pending)));
        }
        List<PromiseTable.PendingBreak> all = new ArrayList<>(batch.own.values());
        all.addAll(batch.awaited);
        try {
            for (PromiseTable.PendingBreak late : table.await(all, world.nanoTime() + bound.toNanos())) {
                table.settle(late, false);
                Thread thread = threads.get(late);
                if (thread != null) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while breaks were awaited");
        }
    }

    private void breakOne(PromiseTable table, PromiseTable.PendingBreak pending) {
        boolean answered = false;
        ServerFaults.BreakPass pass = null;
        try {
            pass = faults.letBreakPass();
            if (pass.isLost()) {
                // The server takes it for answered: that is the fault.
                answered = true;
                return;
            }
            CallbackCalls calls = calls(pending.host.address);
            for (int from = 0; from < pending.fids.size(); from += Limits.BULK_COUNT) {
                List<Fid> fids = pending.fids.subList(from, Math.min(from + Limits.BULK_COUNT, pending.fids.size()));
                calls.callBack(fids, Collections.nCopies(fids.size(), CallBackPromise.BROKEN));
            }
            answered = true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "client {0} did not answer a break: {1}", pending.host.address, e.getMessage());
        } finally {
            if (pass != null) {
                faults.breakEnded(pass);
            }
            table.settle(pending, answered);
        }
    }
}
