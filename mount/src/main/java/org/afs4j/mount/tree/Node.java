package org.afs4j.mount.tree;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.client.AfsWatch;
import org.afs4j.mount.session.KernelNotifier;
import org.jspecify.annotations.Nullable;

/// A file, directory or symlink that the kernel knows, and may keep attributes, names and pages of.
///
/// What the kernel was told with a time to believe it is taken back when the watch on the AFS node says that it may be old: the
/// count of doubts moves first, then the kernel is notified. Who answers a request notes the count before he asks AFS, and notifies
/// once more if it has moved by the time the kernel has his answer: so an answer that a break overtakes is taken back too.
///
/// Threads: any.
public final class Node {
    /// How many names of a directory the kernel may believe: each has to be taken back by itself.
    private static final int MOST_NAMES = 200_000;
    /// How long an open waits for the watch, and then for the kernel, to be told of a break.
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final long id;
    private final AfsNode file;
    private final long inode;
    private final KernelNotifier notifier;
    private final AtomicInteger doubts = new AtomicInteger();
    /// How many doubts there were when the kernel was told attributes last.
    private volatile int toldDoubts = -1;
    /// The thread whose open was sent back last.
    private volatile int sentBack;
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Set<AfsFile> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable AfsWatch> watch = new AtomicReference<>();
    /// How often the kernel was told of it; guarded by the table.
    private long lookups;

    Node(long id, AfsNode file, long inode, KernelNotifier notifier) {
        this.id = id;
        this.file = file;
        this.inode = inode;
        this.notifier = notifier;
    }

    /// What the kernel calls it.
    public long id() {
        return id;
    }

    /// What it is.
    public AfsNode file() {
        return file;
    }

    /// Its inode's number.
    public long inode() {
        return inode;
    }

    void beginWatch() {
        if (watch.get() == null) {
            AfsWatch begun = file.watch(this::doubted);
            if (!watch.compareAndSet(null, begun)) {
                begun.close();
            }
        }
    }

    void endWatch() {
        @Nullable AfsWatch ended = watch.get();
        if (ended != null) {
            ended.close();
        }
    }

    /// Takes back all that the kernel was told of it. Never blocks.
    public void doubted() {
        doubts.incrementAndGet();
        Set<String> told = Set.copyOf(names);
        names.removeAll(told);
        notifier.doubtNames(id, told);
    }

    /// Makes sure that the kernel believes nothing older than what AFS tells now, as an open promises: what others had closed before
    /// is seen.
    ///
    /// Blocks: while the server is asked if no promise holds, and while the kernel is told, that within a bound.
    ///
    /// @return whether the kernel has been told in time
    /// @throws IOException if the server cannot be asked
    public boolean settle() throws IOException {
        AfsFileInfo current = file.info(); // first, for its reply may tell of others' changes too
        assert current.fid().equals(file.fid());
        AfsWatch present = watch.get();
        boolean doubted = present == null || present.awaitTold(PATIENCE_NANOS);
        return notifier.awaitTold(id, PATIENCE_NANOS) && doubted;
    }

    /// Whether the kernel must look the name up once more before it opens: it was told no attributes since the last doubts, and an open
    /// does not ask for the size. A thread is sent back once only, for it asks only once more.
    ///
    /// @param threadId who opens
    public boolean mustLookUpAgain(int threadId) {
        if (toldDoubts == doubts() || file.trustedNanos() == 0 || sentBack == threadId) {
            sentBack = 0;
            return false;
        }
        sentBack = threadId;
        return true;
    }

    /// Takes note that the kernel was told attributes.
    ///
    /// @param seenDoubts how many doubts there were before
    public void toldAttributes(int seenDoubts) {
        toldDoubts = seenDoubts;
        retractIfDoubted(seenDoubts);
    }

    /// How often what the kernel was told has been taken back.
    public int doubts() {
        return doubts.get();
    }

    /// Takes note that the kernel is about to be told of a name in this directory.
    ///
    /// @param name the name
    /// @return whether it may believe it
    public boolean tellName(String name) {
        return names.size() < MOST_NAMES && (names.contains(name) || names.add(name));
    }

    /// Takes the attributes back, because a change of ours has changed them that the kernel does not know of.
    public void retract() {
        notifier.doubt(id, false);
    }

    /// Takes an answer back if doubts have come since it was begun.
    ///
    /// @param seenDoubts how many there were
    private void retractIfDoubted(int seenDoubts) {
        if (doubts() != seenDoubts) {
            notifier.doubt(id, false);
        }
    }

    /// Takes back what was told of a name if doubts have come since the answer was begun.
    ///
    /// @param seenDoubts how many there were
    /// @param name the name
    public void retractNameIfDoubted(int seenDoubts, String name) {
        retractNamesIfDoubted(seenDoubts, Set.of(name));
    }

    /// Takes back a listing of this directory, and what was told of names in it, if doubts have come since the answer was begun.
    ///
    /// @param seenDoubts how many there were
    /// @param told the names that the kernel was told more of than that they are there
    public void retractNamesIfDoubted(int seenDoubts, Set<String> told) {
        if (doubts() != seenDoubts) {
            notifier.doubtNames(id, told);
        }
    }

    /// Has the kernel drop its pages and attributes, because they were changed without its knowing.
    public void changedBehindKernel() {
        notifier.doubt(id, true);
    }

    /// Takes note of an open file.
    public void opened(AfsFile opened) {
        open.add(opened);
    }

    /// Takes note that a file is no longer open.
    public void closed(AfsFile closed) {
        open.remove(closed);
    }

    /// The open files of it; a live view.
    public Set<AfsFile> open() {
        return open;
    }

    void addLookup() {
        lookups++;
    }

    /// Whether the kernel knows it no longer after forgetting it some times.
    boolean forget(long count) {
        lookups -= count;
        return lookups <= 0;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
