package org.afs4j.client.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxTimeoutException;

/// One operation on a volume: tried on the volume's servers until one answers, by the remedy that the error table gives for
/// each failure.
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

    private static final long FIRST_PAUSE_NANOS = 100_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 3_000_000_000L;

    private final CacheContext context;
    private final Volume volume;
    private final AfsContext where;
    private final List<String> tried = new ArrayList<>();
    private final long startNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private boolean refreshed;

    private FileServerOperation(CacheContext context, Volume volume, AfsContext where) {
        this.context = context;
        this.volume = volume;
        this.where = where;
        this.startNanos = context.world().nanoTime();
    }

    /// Runs an operation.
    ///
    /// @param where what a failure is told with
    /// @throws AfsFileException if a server refuses for a reason that no other server and no waiting can mend
    /// @throws AfsUnreachableException if no server answered
    /// @throws IOException if interrupted, or if a reply is malformed
    static <R> R run(CacheContext context, Volume volume, AfsContext where, Attempt<R> attempt) throws IOException {
        assert HeldLocks.allowCall();
        return new FileServerOperation(context, volume, where).run(attempt);
    }

    /// What to do after a failure.
    private enum Next {
        SAME_SERVER,
        OTHER_SERVER,
        START_OVER
    }

    private <R> R run(Attempt<R> attempt) throws IOException {
        boolean again = true;
        while (again) {
            again = false;
            for (FileServer server : volume.servers()) {
                context.callbacks().register(server, volume.id(), volume);
                Next next = Next.SAME_SERVER;
                while (next == Next.SAME_SERVER) {
                    try {
                        return succeed(server, attempt);
                    } catch (RxTimeoutException e) {
                        server.missed();
                        tried.add(server + ": " + e.getMessage());
                        next = Next.OTHER_SERVER;
                    } catch (RxAbortException e) {
                        server.heard(context.world().nanoTime());
                        next = afterAbort(server, e);
                    } catch (IOException e) {
                        throw AfsFileException.of(e, at(server));
                    }
                }
                if (next == Next.START_OVER) {
                    again = true;
                    break;
                }
            }
        }
        // The volume may have left a server that is down: the next walk to it asks where it is.
        volume.cell().forgetLocation(volume);
        throw new AfsUnreachableException(tried, where);
    }

    private <R> R succeed(FileServer server, Attempt<R> attempt) throws IOException {
        context.counters().count(AfsCounter.FILE_SERVER_CALLS);
        long sentNanos = context.world().nanoTime();
        R result = attempt.on(server);
        long nowNanos = context.world().nanoTime();
        server.heard(nowNanos);
        server.roundTrip().note(Math.max(1, nowNanos - sentNanos));
        volume.prefer(server);
        return result;
    }

    private Next afterAbort(FileServer server, RxAbortException abort) throws IOException {
        AfsError error = AfsError.ofCode(abort.code());
        AfsFileException failure = failure(server, error, abort);
        return switch (error.remedy()) {
            case RETRY_LATER -> {
                if (context.world().nanoTime() - startNanos >= context.patienceNanos()) {
                    throw failure;
                }
                pause();
                yield Next.SAME_SERVER;
            }
            case OTHER_SERVER -> {
                if (volume.servers().size() < 2) {
                    throw failure;
                }
                tried.add(failure.getMessage());
                yield Next.OTHER_SERVER;
            }
            case REFRESH_LOCATION -> {
                if (refreshed) {
                    throw failure;
                }
                refreshed = true;
                volume.cell().refresh(volume);
                yield Next.START_OVER;
            }
            default -> throw failure;
        };
    }

    private AfsFileException failure(FileServer server, AfsError error, RxAbortException abort) {
        AfsFileException failure = new AfsFileException(error, abort.code(), at(server));
        failure.initCause(abort);
        return failure;
    }

    private AfsContext at(FileServer server) {
        return new AfsContext(where.path(), where.cell(), where.volume(), where.fid(), server.toString(), where.procedure());
    }

    private void pause() throws InterruptedIOException {
        World world = context.world();
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        RankedCondition never = mutex.newCondition();
        long untilNanos = world.nanoTime() + pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        mutex.lock();
        try {
            while (never.awaitUntil(world, untilNanos)) {
                // woken for no reason: wait on
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to try " + where.procedure() + " again");
        } finally {
            mutex.unlock();
        }
    }
}
