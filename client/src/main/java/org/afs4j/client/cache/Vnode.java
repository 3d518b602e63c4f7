package org.afs4j.client.cache;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.Promise;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.VolSync;
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
        /// Ours, of the status alone: the data version does not move by it, so a moved one is a third party's doing.
        STATUS,
        /// Ours, of the data: a data version that moved by exactly one is our doing (CB-13).
        DATA
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
    private final VnodeUsers users = new VnodeUsers();
    private volatile boolean forgotten;
    private volatile boolean unpromised;
    private volatile @Nullable Promise expired;
    private final VnodeWatches watches;

    Vnode(CacheContext context, Volume volume, Fid fid) {
        this.context = context;
        this.volume = volume;
        this.fid = fid;
        this.change = new RankedMutex(LockRank.VNODE_CHANGE, ((long) fid.volumeId() << 32) | Integer.toUnsignedLong(fid.vnode()));
        this.pages = new VnodePages(context, this);
        this.watches = new VnodeWatches(this, context);
    }

    /// The vnode's name within its cell.
    public Fid fid() {
        return fid;
    }

    /// The volume that it is in.
    @Override
    public Volume volume() {
        return volume;
    }

    /// Its pages, if it is a regular file.
    public VnodePages pages() {
        return pages;
    }

    /// Takes note that the vnode is used: it is not among the next to go.
    void use() {
        users.use();
    }

    /// Whether the vnode was used since it was asked last.
    boolean takeUsed() {
        return users.takeUsed();
    }

    /// Keeps the vnode in the cache until [#release()]: its file is open, or something else of ours hangs on it.
    ///
    /// Blocks: while an eviction is under way.
    ///
    /// @return false if it has been evicted: whoever wants it takes the one that the volume has now
    public boolean retain() {
        if (users.retain()) {
            return true;
        }
        validation.lock();
        try {
            return users.retain();
        } finally {
            validation.unlock();
        }
    }

    /// Undoes one [#retain()].
    public void release() {
        users.release();
    }

    /// Who hangs on it.
    VnodeUsers users() {
        return users;
    }

    /// Whether its file is open or mapped here.
    boolean isInUse() {
        return users.isAny() || pages.isMapped();
    }

    /// Whether it was removed here, and is kept only until nobody here uses it any more.
    public boolean isUnlinked() {
        return users.isUnlinked();
    }

    /// Whether the vnode is no longer the cached one of its fid.
    boolean isForgotten() {
        return forgotten;
    }

    /// The vnode that is cached under this one's fid: this one, unless it has been evicted.
    public Vnode current() {
        return forgotten ? volume.vnode(fid.vnode(), fid.uniquifier()) : this;
    }

    /// Lets the vnode go from the cache, with its pages, unless something hangs on it. Breaks no longer reach it, so whoever still
    /// holds it asks the server each time. Of a file that is gone from the server nothing but views is worth keeping.
    ///
    /// @return whether it is gone
    boolean evict() {
        if (!validation.tryLock()) {
            return false;
        }
        try {
            // Asked again once nobody can begin to use it: what was retained until a moment ago may have left dirty bytes.
            if (users.isEnded()) {
                return true;
            }
            if (pages.isNeeded(forgotten) || !users.end()) {
                return false;
            }
            if (pages.isNeeded(forgotten)) {
                users.begin();
                return false;
            }
            forgotten = true;
            volume.forget(this);
            pages.drop();
            return true;
        } finally {
            validation.unlock();
        }
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
        users.use();
        return looksValid();
    }

    /// The same, for who only looks: the vnode does not count as used.
    boolean looksValid() {
        VnodeState current = state;
        return current != null && isValid(current);
    }

    private boolean isValid(VnodeState current) {
        long nowNanos = context.world().nanoTime();
        Promise promise = standingPromise(current, nowNanos);
        return promise != null
                && context.probe().isTrusted(promise.note().server(), nowNanos)
                && pages.isCurrent(current.status());
    }

    /// The promise on a state, if it holds.
    private @Nullable Promise standingPromise(VnodeState current, long nowNanos) {
        Promise promise = promise(current);
        boolean holds = promise != null
                && !forgotten
                && current.snapshot() == volume.snapshot()
                && promise.holds(volume.breaks(), volume.isReadOnly() ? 0 : breaks.get(), nowNanos);
        return holds ? promise : null;
    }

    private @Nullable Promise promise(VnodeState current) {
        return volume.isReadOnly() ? volume.promise() : current.promise();
    }

    /// The status as last told, whether or not a promise holds; null if the server has never been asked.
    public @Nullable FetchStatus knownStatus() {
        VnodeState current = state;
        return current == null ? null : current.status();
    }

    /// Takes a break of this vnode: moves its counter, wakes those who wait for a lock of it (CB-8), and has it stripped if it is
    /// mapped. Never blocks.
    void breakPromise() {
        breaks.incrementAndGet();
        context.locks().broken(this);
        if (pages.isMapped()) {
            context.strips().add(this, this::strip, pages.isStrict());
        }
        watches.doubt();
    }

    /// Who watches the vnode.
    VnodeWatches watches() {
        return watches;
    }

    /// For how long what is known of the vnode may be believed without asking, if nothing breaks the promise; 0 if there is none.
    public long trustedNanos() {
        Promise promise = isValid() ? currentPromise() : null;
        return promise == null ? 0 : Math.max(0, promise.trustedNanos(context.world().nanoTime()));
    }

    @Nullable Promise currentPromise() {
        VnodeState current = state;
        return current == null ? null : promise(current);
    }

    /// Has the vnode stripped, once, if the promise that its mappings rely on has run out: nobody will break what has expired, so
    /// the next access has to ask (CB-12). Never blocks.
    @Override
    public void stripIfExpired() {
        Promise ended = watches.newlyExpired(expired);
        if (ended != null && !ended.equals(expired)) {
            expired = ended;
            context.strips().add(this, this::strip);
        }
    }

    /// Has the server asked before the vnode is used again; mappings stay (MM-6).
    void distrust() {
        breaks.incrementAndGet();
    }

    @Override
    public void strip() {
        pages.strip();
    }

    @Override
    public boolean dependsOn(FileServer server) {
        Promise promise = currentPromise();
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
        users.use();
        if (current != null && isValid(current)) {
            return current.status();
        }
        validation.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                VnodeState seen = state;
                Promise promise = seen == null ? null : standingPromise(seen, context.world().nanoTime());
                if (seen == null) {
                    VnodeCalls.fetchStatus(context, this);
                } else if (promise == null) {
                    VnodeCalls.revalidate(context, this);
                } else {
                    context.probe().awaitSign(promise.note().server());
                }
                VnodeState told = state;
                if (told != null) {
                    pages.catchUp(told.status());
                    if (isValid(told) || attempt >= VALIDATION_ATTEMPTS) {
                        return told.status();
                    }
                } else if (attempt >= VALIDATION_ATTEMPTS) {
                    throw new AfsFileException(AfsError.VNOVNODE, where("FetchStatus"));
                }
            }
        } finally {
            validation.unlock();
        }
    }

    /// Runs something once the vnode is valid, in turn with its validations.
    <T> T underValidation(Function<FetchStatus, T> body) throws IOException {
        FetchStatus status = validate();
        validation.lock();
        try {
            VnodeState current = state;
            return body.apply(current == null ? status : current.status());
        } finally {
            validation.unlock();
        }
    }

    /// Makes sure, once validated, that the server has given a promise: without one a mapping could never be current.
    ///
    /// @throws AfsFileException if the server gives none
    void requirePromise() throws AfsFileException {
        if (unpromised) {
            throw new AfsFileException(AfsError.EIO, where("FetchStatus without a callback promise, which a mapping needs,"));
        }
    }

    /// Takes a status, and the promise that came with it, from a reply.
    ///
    /// @param status the status
    /// @param promised the promise, or null if the procedure gives none
    /// @param sync the volume's times
    /// @param note the counters when the call was sent
    /// @param whose whose change the reply tells of
    /// @return whether the reply is of the volume's present snapshot; otherwise nothing of it may be used
    boolean install(FetchStatus status, @Nullable CallBackPromise promised, VolSync sync, BreakNote note, Change whose) {
        long snapshot = volume.observe(sync, note);
        // Before a promise of the server counts, the server counts as met: from then on its mass breaks do too (CB-6).
        note.server().heard(context.world().nanoTime());
        Promise promise = promised == null || !promised.isGranted() ? null : Promise.of(note, promised);
        stateLock.lock();
        try {
            if (snapshot < 0) {
                pages.forgetVersion();
                return false;
            }
            if (whose == Change.DATA) {
                pages.changedByUs(status.dataVersion());
            }
            VnodeState current = state;
            if (current != null && current.snapshot() == snapshot && isOlder(status, note, current)) {
                return true;
            }
            watches.doubtIfByOthers(status, current, whose);
            if (promised != null) {
                unpromised = promise == null;
            }
            if (current != null && current.snapshot() != snapshot) {
                pages.forgetVersion();
                contents = null;
            }
            Promise kept = promise != null || current == null ? promise : current.promise();
            long now = context.world().nanoTime();
            long changedNanos = whose != Change.NONE ? now : current == null ? note.sentNanos() : current.changedNanos();
            state = new VnodeState(status, snapshot, kept, now, changedNanos);
            if (promise != null && volume.isReadOnly()) {
                volume.offer(promise);
            }
            return true;
        } finally {
            stateLock.unlock();
        }
    }

    /// Whether a reply tells less than we know. What was asked after we were told never does. Of calls that crossed, less is told
    /// by an older data version, and by the same one if it may be of before a change of ours, or of before a break whose reason
    /// another reply has already told.
    private boolean isOlder(FetchStatus status, BreakNote note, VnodeState current) {
        if (note.sentNanos() - current.toldNanos() >= 0) {
            return false;
        }
        int compared = Long.compareUnsigned(status.dataVersion(), current.status().dataVersion());
        return compared < 0
                || (compared == 0
                        && (note.sentNanos() - current.changedNanos() < 0
                                || (!note.stands(volume.breaks(), volume.isReadOnly() ? 0 : breaks.get())
                                        && standingPromise(current, context.world().nanoTime()) != null)));
    }

    /// Takes note that the server does not know the vnode any more (MM-6): nothing cached of it may be used. Breaks no longer reach
    /// it, so whoever still holds it asks the server each time.
    void gone() {
        forgotten = true;
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
        for (int attempt = 1; ; attempt++) {
            FetchStatus status = validate();
            VnodeContents cached = contents;
            if (cached != null && cached.dataVersion() == status.dataVersion()) {
                return cached;
            }
            validation.lock();
            try {
                cached = contents;
                VnodeState seen = state;
                if (cached != null && seen != null && cached.dataVersion() == seen.status().dataVersion()) {
                    return cached;
                }
                long snapshot = volume.snapshot();
                cached = VnodeCalls.fetchContents(context, this);
                if (keep(cached, snapshot) || attempt >= VALIDATION_ATTEMPTS) {
                    return cached;
                }
            } finally {
                validation.unlock();
            }
        }
    }

    /// Keeps fetched contents, unless the volume has another snapshot by now (CB-10).
    private boolean keep(VnodeContents fetched, long snapshot) {
        stateLock.lock();
        try {
            VnodeState current = state;
            boolean kept = current != null && current.snapshot() == snapshot && volume.snapshot() == snapshot;
            if (kept) {
                contents = fetched;
            }
            return kept;
        } finally {
            stateLock.unlock();
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
        return contents().target(where("readlink"));
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
