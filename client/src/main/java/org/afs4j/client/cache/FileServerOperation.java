package org.afs4j.client.cache;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.client.server.Backoff;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxTimeoutException;
import org.jspecify.annotations.Nullable;

/// One operation on a volume: tried on the volume's servers until one serves it, by the remedy that the error table gives for
/// each failure.
///
/// | failure | what is done |
/// |---|---|
/// | a time-out | the server's other addresses, then the other servers; then the operation fails |
/// | remedy OTHER_SERVER (VOFFLINE, VSALVAGE, …) | the other servers; then all again, after pauses, for the dead time-out |
/// | remedy RETRY_LATER (VBUSY, VRESTARTING, …) | the other servers; then all again, after pauses, as long as the client has patience |
/// | remedy REFRESH_LOCATION (VNOVOL, VMOVED) | the location servers are asked; if the volume is elsewhere, at once there; otherwise as OTHER_SERVER |
/// | an older snapshot than one that was seen (CB-10) | the other servers; if none has the newer one, the older is taken |
/// | remedy FORGET_VNODE at a replica | the other servers, for a release may not have reached this one |
/// | any other | the operation fails at once |
///
/// An attempt that failed may have been carried out all the same, its answer lost. The next attempt is then refused because of it: a
/// removal finds nothing to remove. Who can tell that from a refusal for another reason gives a [Settlement].
///
/// Blocks: for calls to servers, and while a server asks to wait.
final class FileServerOperation {
    /// A call to one server.
    @FunctionalInterface
    interface Attempt<R> {
        /// Makes the call.
        ///
        /// @throws IOException as the stub that is called
        R on(FileServer server) throws IOException;
    }

    /// Judges a refusal that came after an attempt whose outcome is not known.
    @FunctionalInterface
    interface Settlement<R> {
        /// Finds out whether the earlier attempt did what was wanted.
        ///
        /// @param refusal what the later attempt was refused with
        /// @return the operation's result if it did, or null: then the refusal stands
        /// @throws IOException if it cannot be found out
        @Nullable R settle(AfsFileException refusal) throws IOException;
    }

    /// The procedure whose calls say best how far a server is: they move no data.
    private static final String SMALL_CALL = "FetchStatus";

    private final CacheContext context;
    private final Volume volume;
    private final AfsContext where;
    private final Backoff backoff;
    private final Map<FileServer, String> tried = new LinkedHashMap<>();
    private @Nullable AfsFileException refusal;
    private @Nullable AfsFileException absence;
    private Wait wait = Wait.NONE;
    private boolean olderAccepted;
    private boolean maybeDone;

    private FileServerOperation(CacheContext context, Volume volume, AfsContext where) {
        this.context = context;
        this.volume = volume;
        this.where = where;
        this.backoff = new Backoff(context.world());
    }

    /// Runs an operation.
    ///
    /// @param where what a failure is told with
    /// @throws AfsFileException if a server refuses for a reason that no other server and no waiting can mend
    /// @throws AfsUnreachableException if no server could serve; it tells of each why
    /// @throws IOException if interrupted, or if a reply is malformed
    static <R> R run(CacheContext context, Volume volume, AfsContext where, Attempt<R> attempt) throws IOException {
        return run(context, volume, where, attempt, refusal -> null);
    }

    /// Runs an operation whose repetition is refused if it was carried out before.
    ///
    /// @param where what a failure is told with
    /// @param settlement tells whether it was
    /// @throws IOException as the other form
    static <R> R run(CacheContext context, Volume volume, AfsContext where, Attempt<R> attempt, Settlement<R> settlement)
            throws IOException {
        assert HeldLocks.allowCall();
        if (!context.calls().begin()) {
            throw new AfsFileException(AfsError.UAESHUTDOWN, where);
        }
        FileServerOperation operation = new FileServerOperation(context, volume, where);
        try {
            return operation.run(attempt);
        } catch (AfsFileException refusal) {
            R settled = operation.maybeDone ? settlement.settle(refusal) : null;
            if (settled == null) {
                throw refusal;
            }
            return settled;
        } finally {
            context.calls().end();
        }
    }

    /// What to do after a failure.
    private enum Next {
        /// The same server, at another address.
        SAME_SERVER,
        OTHER_SERVER,
        START_OVER
    }

    /// Whether a round that failed on all servers is worth another one, the strongest reason seen.
    private enum Wait {
        /// No: all were silent, and have been waited for.
        NONE,
        /// For as long as a silent server would have been waited for: they refuse for a reason that may pass.
        A_WHILE,
        /// For as long as the client has patience: a server has asked for it.
        PATIENTLY
    }

    private <R> R run(Attempt<R> attempt) throws IOException {
        do {
            wait = Wait.NONE;
            absence = null;
            Optional<R> result = round(attempt);
            if (result.isPresent()) {
                return result.get();
            }
        } while (isWorthAnotherRound());
        // The volume may have left a server that is down: the next walk to it asks where it is.
        volume.cell().forgetLocation(volume);
        if (absence != null) {
            throw absence;
        }
        AfsFileException only = refusal;
        if (tried.size() == 1 && only != null) {
            throw only;
        }
        throw new AfsUnreachableException(
                tried.entrySet().stream()
                        .map(each -> each.getKey() + ": " + each.getValue())
                        .toList(),
                where);
    }

    /// Tries each server in turn, the best one first.
    private <R> Optional<R> round(Attempt<R> attempt) throws IOException {
        for (FileServer server : volume.candidates()) {
            context.callbacks().register(server, volume.id(), volume);
            if (server.isSilent()) {
                server.tryNextAddress();
            }
            Next next = Next.SAME_SERVER;
            while (next == Next.SAME_SERVER) {
                InetSocketAddress address = server.address();
                try {
                    R result = attemptOn(server, attempt);
                    if (!volume.isBehind(server)) {
                        volume.prefer(server);
                        return Optional.of(result);
                    }
                    tried.put(server, "has an older snapshot of the volume");
                    next = Next.OTHER_SERVER;
                } catch (RxTimeoutException e) {
                    tried.put(server, String.valueOf(e.getMessage()));
                    refusal = null;
                    next = server.missed(address) ? Next.SAME_SERVER : Next.OTHER_SERVER;
                    if (e.reason() == RxTimeoutException.Reason.BUSY) {
                        wait = Wait.PATIENTLY;
                    }
                } catch (RxAbortException e) {
                    server.heard(context.world().nanoTime());
                    next = afterAbort(server, e);
                } catch (IOException e) {
                    throw AfsFileException.of(e, at(server));
                }
                maybeDone = true;
                context.counters().count(AfsCounter.FAILOVERS);
            }
            if (next == Next.START_OVER) {
                break;
            }
        }
        return Optional.empty();
    }

    private <R> R attemptOn(FileServer server, Attempt<R> attempt) throws IOException {
        context.counters().count(AfsCounter.FILE_SERVER_CALLS);
        long startNanos = context.world().nanoTime();
        R result = attempt.on(server);
        long nowNanos = context.world().nanoTime();
        server.heard(nowNanos);
        server.measured(nowNanos - startNanos, SMALL_CALL.equals(where.procedure()));
        return result;
    }

    private Next afterAbort(FileServer server, RxAbortException abort) throws IOException {
        AfsError error = AfsError.ofCode(abort.code());
        AfsFileException failure = failure(server, error, abort);
        switch (error.remedy()) {
            case RETRY_LATER -> wait = Wait.PATIENTLY;
            case OTHER_SERVER -> await(Wait.A_WHILE);
            case REFRESH_LOCATION -> {
                await(Wait.A_WHILE);
                refused(server, failure);
                return volume.cell().refresh(volume) ? Next.START_OVER : Next.OTHER_SERVER;
            }
            case FORGET_VNODE -> {
                // A replica that a release has not reached yet does not know what is new.
                if (!volume.isReadOnly() || volume.servers().size() < 2) {
                    throw failure;
                }
                absence = failure;
            }
            default -> throw failure;
        }
        refused(server, failure);
        return Next.OTHER_SERVER;
    }

    private void await(Wait atLeast) {
        wait = atLeast.compareTo(wait) > 0 ? atLeast : wait;
    }

    private void refused(FileServer server, AfsFileException failure) {
        tried.put(server, AfsError.describe(failure.code()));
        refusal = failure;
    }

    /// Waits, if that can help; otherwise takes an older snapshot, if that is all there is.
    private boolean isWorthAnotherRound() throws IOException {
        long boundNanos = switch (wait) {
            case NONE -> 0;
            case A_WHILE -> context.deadTimeoutNanos();
            case PATIENTLY -> context.patienceNanos();
        };
        if (boundNanos > 0) {
            context.counters().count(AfsCounter.RETRY_PAUSES);
            if (backoff.pause(boundNanos, String.valueOf(where.procedure()))) {
                return true;
            }
        }
        if (olderAccepted || !volume.isAnyBehind()) {
            return false;
        }
        // Who has the newer snapshot does not serve it: an older one is better than none.
        olderAccepted = true;
        volume.acceptOlder();
        return true;
    }

    private AfsFileException failure(FileServer server, AfsError error, RxAbortException abort) {
        AfsFileException failure = new AfsFileException(error, abort.code(), at(server));
        failure.initCause(abort);
        return failure;
    }

    private AfsContext at(FileServer server) {
        return new AfsContext(where.path(), where.cell(), where.volume(), where.fid(), server.toString(), where.procedure());
    }
}
