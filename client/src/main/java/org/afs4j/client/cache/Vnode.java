package org.afs4j.client.cache;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.Promise;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.protocol.xdr.NameCodec;
import org.jspecify.annotations.Nullable;

/// A cached file, directory or symlink: its status with the promise on it, and its data.
///
/// Invariants:
/// 1. The state is replaced as a whole under the state lock and read without it (CB-7).
/// 2. A promise holds only while its note stands (CB-1), so that a break needs to move a counter and nothing else.
/// 3. Data is used only if its data version equals the status's; whoever finds them different drops the data first.
///
/// Locks: `VNODE_VALIDATION` around asking the server, held across the call; `VNODE_STATE` around replacing the state.
public final class Vnode implements MappedVnode {
    /// How often a validation that breaks keep overtaking asks again before it lets the caller use what it has just been told.
    private static final int VALIDATION_ATTEMPTS = 3;

    /// Whose change a reply tells of.
    enum Change {
        /// Nobody's that we know: the call only asked.
        NONE,
        /// Ours: a data version that moved by exactly one is our doing (CB-13).
        OURS
    }

    private final CacheContext context;
    private final Volume volume;
    private final Fid fid;
    private final RankedMutex change;
    private final RankedMutex validation = new RankedMutex(LockRank.VNODE_VALIDATION);
    private final RankedMutex stateLock = new RankedMutex(LockRank.VNODE_STATE);
    private final AtomicLong breaks = new AtomicLong();
    private final VnodePages pages;
    private volatile @Nullable VnodeState state;
    private volatile @Nullable VnodeContents contents;

    Vnode(CacheContext context, Volume volume, Fid fid) {
        this.context = context;
        this.volume = volume;
        this.fid = fid;
        this.change = new RankedMutex(LockRank.VNODE_CHANGE, ((long) fid.volumeId() << 32) | Integer.toUnsignedLong(fid.vnode()));
        this.pages = new VnodePages(context, this);
    }

    /// The vnode's name within its cell.
    public Fid fid() {
        return fid;
    }

    /// The volume that it is in.
    public Volume volume() {
        return volume;
    }

    /// Its pages, if it is a regular file.
    public VnodePages pages() {
        return pages;
    }

    /// The lock around changes of the vnode by us.
    RankedMutex change() {
        return change;
    }

    /// Where a failure about this vnode is.
    public AfsContext where(String procedure) {
        return new AfsContext(null, volume.cell().name(), volume.toString(), fid, null, procedure);
    }

    /// The break counters now; to be taken before a call is sent (CB-1).
    BreakNote note(FileServer server) {
        return new BreakNote(server, server.massBreaks(), volume.breaks(), volume.isReadOnly() ? 0 : breaks.get(), context.world().nanoTime());
    }

    /// Whether status and data may be used without asking the server.
    public boolean isValid() {
        VnodeState current = state;
        return current != null && promiseHolds(current) && pages.isCurrent(current.status());
    }

    private boolean promiseHolds(VnodeState current) {
        Promise promise = volume.isReadOnly() ? volume.promise() : current.promise();
        return promise != null
                && current.snapshot() == volume.snapshot()
                && promise.holds(volume.breaks(), volume.isReadOnly() ? 0 : breaks.get(), context.world().nanoTime());
    }

    /// The status as last told, whether or not a promise holds; null if the server has never been asked.
    public @Nullable FetchStatus knownStatus() {
        VnodeState current = state;
        return current == null ? null : current.status();
    }

    /// Takes a break of this vnode: moves its counter, and has it stripped if it is mapped. Never blocks.
    void breakPromise() {
        breaks.incrementAndGet();
        if (pages.isMapped()) {
            context.strips().add(this::strip);
        }
    }

    /// Has the server asked before the vnode is used again; mappings stay (MM-6).
    void distrust() {
        breaks.incrementAndGet();
    }

    @Override
    public void strip() {
        context.counters().count(AfsCounter.STRIPS);
        pages.strip();
    }

    @Override
    public boolean dependsOn(FileServer server) {
        VnodeState current = state;
        Promise promise = volume.isReadOnly() ? volume.promise() : current == null ? null : current.promise();
        return promise == null ? volume.servers().contains(server) : promise.note().server().equals(server);
    }

    /// Makes sure that status and data are current, asking the server if no promise holds.
    ///
    /// Blocks: for calls to a server. Locks: takes the validation lock, and under it the page cache's.
    ///
    /// @return the status
    /// @throws IOException if the server cannot be asked, or the vnode is gone
    public FetchStatus validate() throws IOException {
        VnodeState current = state;
        if (current != null && isValid()) {
            return current.status();
        }
        validation.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                VnodeState seen = state;
                if (seen == null || !promiseHolds(seen)) {
                    if (seen != null) {
                        context.counters().count(AfsCounter.REVALIDATIONS);
                    }
                    VnodeCalls.fetchStatus(context, this);
                }
                VnodeState told = requireState();
                pages.catchUp(told.status());
                if (isValid() || attempt >= VALIDATION_ATTEMPTS) {
                    return told.status();
                }
            }
        } finally {
            validation.unlock();
        }
    }

    /// Runs something once the vnode is valid, in turn with its validations.
    <T> T underValidation(Supplier<T> body) throws IOException {
        validate();
        validation.lock();
        try {
            return body.get();
        } finally {
            validation.unlock();
        }
    }

    private VnodeState requireState() {
        VnodeState current = state;
        if (current == null) {
            throw new IllegalStateException("no status of " + fid + " after its server has told it");
        }
        return current;
    }

    /// The status, or the error of a vnode whose status has never been told.
    FetchStatus status() {
        return requireState().status();
    }

    /// Takes a status, and the promise that came with it, from a reply.
    ///
    /// @param status the status
    /// @param promised the promise, or null if the procedure gives none
    /// @param sync the volume's times
    /// @param note the counters when the call was sent
    /// @param whose whose change the reply tells of
    void install(FetchStatus status, @Nullable CallBackPromise promised, VolSync sync, BreakNote note, Change whose) {
        long snapshot = volume.observe(sync, note);
        if (snapshot < 0) {
            return;
        }
        Promise promise = promised == null || !promised.isGranted() ? null : new Promise(note, note.sentNanos() + TimeUnit.SECONDS.toNanos(Integer.toUnsignedLong(promised.expirationSeconds())));
        stateLock.lock();
        try {
            if (whose == Change.OURS) {
                pages.changedByUs(status.dataVersion());
            }
            VnodeState current = state;
            if (current != null && current.snapshot() == snapshot && isOlder(status, note, current)) {
                return;
            }
            if (current != null && current.snapshot() != snapshot) {
                pages.forgetVersion();
                contents = null;
            }
            Promise kept = promise != null || current == null ? promise : current.promise();
            state = new VnodeState(status, snapshot, kept);
            if (promise != null && volume.isReadOnly()) {
                volume.offer(promise);
            }
        } finally {
            stateLock.unlock();
        }
    }

    /// Whether a reply tells less than we know: an older data version, or the same one told before a break whose reason a later
    /// reply has already told.
    private boolean isOlder(FetchStatus status, BreakNote note, VnodeState current) {
        int compared = Long.compareUnsigned(status.dataVersion(), current.status().dataVersion());
        return compared < 0
                || (compared == 0
                        && !note.stands(volume.breaks(), volume.isReadOnly() ? 0 : breaks.get())
                        && promiseHolds(current));
    }

    /// Takes note that the server does not know the vnode any more (MM-6): nothing cached of it may be used.
    void gone() {
        stateLock.lock();
        try {
            state = null;
            contents = null;
        } finally {
            stateLock.unlock();
        }
        volume.forget(this);
    }

    /// The whole data of a directory or symlink, current.
    ///
    /// Blocks: for calls to a server.
    ///
    /// @throws IOException if the server cannot be asked
    VnodeContents contents() throws IOException {
        FetchStatus status = validate();
        VnodeContents cached = contents;
        if (cached != null && cached.dataVersion() == status.dataVersion()) {
            return cached;
        }
        validation.lock();
        try {
            cached = contents;
            if (cached == null || cached.dataVersion() != status().dataVersion()) {
                cached = VnodeCalls.fetchContents(context, this);
                contents = cached;
            }
            return cached;
        } finally {
            validation.unlock();
        }
    }

    /// The target of a symlink.
    ///
    /// Blocks: for calls to a server.
    ///
    /// @throws IOException if the server cannot be asked; EINVAL if this is no symlink
    public String readLink() throws IOException {
        if (validate().fileType() != FileType.SYMLINK) {
            throw new AfsFileException(AfsError.EINVAL, where("readlink"));
        }
        return NameCodec.decode(contents().bytes());
    }

    /// Replaces cached contents by those after a change of ours, if they are of the version before it (CB-13).
    void contentsChangedByUs(VnodeContents changed) {
        stateLock.lock();
        try {
            VnodeContents cached = contents;
            if (cached != null && cached.dataVersion() + 1 == changed.dataVersion()) {
                contents = changed;
            }
        } finally {
            stateLock.unlock();
        }
    }

    @Nullable VnodeContents cachedContents() {
        return contents;
    }

    /// Whether the vnode is known to be a directory.
    public boolean isDirectory() {
        FetchStatus known = knownStatus();
        return known != null && known.fileType() == FileType.DIRECTORY;
    }

    @Override
    public String toString() {
        return volume + " " + fid;
    }
}
