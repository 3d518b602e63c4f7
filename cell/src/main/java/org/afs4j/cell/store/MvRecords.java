package org.afs4j.cell.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.afs4j.base.world.World;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/// Records in a file of H2's MVStore, one map a table.
///
/// One thread works on the store: it has the file to itself, commits at once what several have handed in, and is never interrupted,
/// as the threads that serve calls are (an interrupt closes a file under whoever uses it).
///
/// Invariants: the store commits only when told to, between batches (automatic commits, by time or by amount, are off); so each
/// version in the file is a whole number of batches, and MVStore opens a file at the last version that is whole in it.
///
/// Threads: any. Blocks: until the worker has done what was asked.
final class MvRecords implements RecordStore {
    /// MVStore uses space again only so long after it was freed; longer than [DirectoryStore] lets pass between two syncs, so that after
    /// a loss of power the last version that was forced is whole.
    private static final int RETENTION_MILLIS = 15_000;

    private static final int CACHE_MEBIBYTES = 16;
    private static final int PAGE_BYTES = 4096;
    private static final int FILL_RATE_PERCENT = 60;
    private static final int COMPACTED_AT_ONCE_BYTES = 4 << 20;

    /// What the worker is asked for.
    private sealed interface Request {
        CompletableFuture<Void> done();
    }

    private record Commit(RecordBatch batch, CompletableFuture<Void> done) implements Request {}

    private record Work(Step step, boolean last, CompletableFuture<Void> done) implements Request {}

    private interface Step {
        void run() throws CellStoreException;
    }

    private final Path path;
    private final MVStore store;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

    /// The worker's alone.
    private final Map<String, MVMap<Long, byte[]>> tables = new HashMap<>();

    private volatile boolean ended;

    /// @param path the file, made if there is none
    /// @throws CellStoreException if it is none of MVStore's, or damaged, or in use
    MvRecords(World world, Path path) throws CellStoreException {
        this.path = path;
        try {
            store = new MVStore.Builder()
                    .fileName(path.toString())
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(CACHE_MEBIBYTES)
                    .pageSplitSize(PAGE_BYTES)
                    .compress()
                    .open();
        } catch (MVStoreException e) {
            throw new CellStoreException(
                    path + " cannot be opened: " + e.getMessage() + "; if it is damaged, take the directory from a copy", e);
        }
        store.setVersionsToKeep(0);
        store.setRetentionTime(RETENTION_MILLIS);
        world.startWorker("afs4j-cell-records", this::work);
    }

    private void work() {
        boolean last = false;
        List<Request> taken = new ArrayList<>();
        while (!last) {
            taken.clear();
            try {
                taken.add(requests.take());
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
            }
            requests.drainTo(taken);
            List<Commit> commits = new ArrayList<>();
            for (Request request : taken) {
                if (request instanceof Commit commit) {
                    commits.add(commit);
                }
            }
            commit(commits);
            for (Request request : taken) {
                if (request instanceof Work work) {
                    finish(work, failure(work.step()));
                    last |= work.last();
                }
            }
        }
        ended = true;
        refuse();
    }

    private void refuse() {
        for (Request late = requests.poll(); late != null; late = requests.poll()) {
            late.done().completeExceptionally(new CellStoreException(path + " is closed", null));
        }
    }

    private void commit(List<Commit> commits) {
        Step step = () -> {
            for (Commit commit : commits) {
                apply(commit.batch());
            }
            store.commit();
        };
        Throwable failure = commits.isEmpty() ? null : failure(step);
        for (Commit commit : commits) {
            finish(commit, failure);
        }
    }

    private static void finish(Request request, @Nullable Throwable failure) {
        if (failure == null) {
            request.done().complete(null);
        } else {
            request.done().completeExceptionally(failure);
        }
    }

    private static @Nullable Throwable failure(Step step) {
        try {
            step.run();
            return null;
        } catch (CellStoreException | RuntimeException | Error e) {
            return e;
        }
    }

    private void apply(RecordBatch batch) {
        for (RecordBatch.Change change : batch.changes()) {
            byte[] record = change.record();
            if (change.wholeTable()) {
                tables.remove(change.table());
                if (store.hasMap(change.table())) {
                    store.removeMap(change.table());
                }
            } else if (record == null) {
                table(change.table()).remove(change.key());
            } else {
                table(change.table()).put(change.key(), record);
            }
        }
    }

    private MVMap<Long, byte[]> table(String name) {
        return tables.computeIfAbsent(name, missing -> store.openMap(
                missing,
                new MVMap.Builder<Long, byte[]>()
                        .keyType(LongDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE)));
    }

    private void ask(Step step, boolean last) throws CellStoreException {
        await(new Work(step, last, new CompletableFuture<>()));
    }

    private void await(Request request) throws CellStoreException {
        requests.add(request);
        if (ended) {
            refuse();
        }
        try {
            request.done().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CellStoreException told) {
                throw told;
            }
            throw new CellStoreException(
                    path + " cannot be used any more: " + e.getCause() + "; see to the disk, and start again", e.getCause());
        }
    }

    @Override
    public Set<String> tables() {
        return new TreeSet<>(store.getMapNames());
    }

    @Override
    public void forEach(String table, CellStore.Visitor visitor) throws CellStoreException {
        if (!store.hasMap(table)) {
            return;
        }
        ask(
                () -> {
                    Cursor<Long, byte[]> cursor = table(table).cursor(null);
                    while (cursor.hasNext()) {
                        visitor.visit(cursor.next(), cursor.getValue());
                    }
                },
                false);
    }

    @Override
    public void commit(RecordBatch batch) throws CellStoreException {
        await(new Commit(batch, new CompletableFuture<>()));
    }

    @Override
    public void sync() throws CellStoreException {
        ask(store::sync, false);
    }

    /// Makes room of what is no longer needed, a little at a time.
    void compact() throws CellStoreException {
        ask(() -> store.compact(FILL_RATE_PERCENT, COMPACTED_AT_ONCE_BYTES), false);
    }

    @Override
    public void close() throws CellStoreException {
        // Without moving chunks about: in 2.4.240 that can fail on an assertion of its own, and room is made by compact().
        ask(() -> store.close(0), true);
    }
}
