package org.afs4j.client.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.event.StripEvent;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.pagecache.error.PinTimeoutException;
import org.afs4j.protocol.fs.FetchStatus;
import org.jspecify.annotations.Nullable;

/// The pages of one file: joins the page cache's mapping to the vnode.
///
/// Invariant: every clean page is of [#dataVersion], or of a later version that makes [#isCurrent] false as soon as the reply
/// that brought it is installed; so a mixture is never taken for current.
public final class VnodePages implements PageBacking {
    /// The data version of pages that belong to none that the server could tell now.
    private static final long NO_VERSION = -1;

    private final CacheContext context;
    private final Vnode vnode;
    private volatile @Nullable PageMapping mapping;
    private volatile long dataVersion = NO_VERSION;
    private volatile int writtenSeconds;
    private volatile boolean strict;

    VnodePages(CacheContext context, Vnode vnode) {
        this.context = context;
        this.vnode = vnode;
    }

    /// The file's mapping in the page cache, made now if there is none.
    ///
    /// Locks: takes the vnode's validation lock. Blocks: for calls to a server.
    ///
    /// @throws IOException if the server cannot be asked
    public PageMapping mapping() throws IOException {
        PageMapping existing = mapping;
        return existing != null ? existing : vnode.underValidation(this::create);
    }

    private PageMapping create(FetchStatus status) {
        PageMapping existing = mapping;
        if (existing == null) {
            dataVersion = status.dataVersion();
            existing = context.pages().newMapping(this, status.lengthBytes(), vnode.toString());
            mapping = existing;
        }
        return existing;
    }

    /// The file's mapping if there is one.
    public @Nullable PageMapping existingMapping() {
        return mapping;
    }

    /// Takes note that the file is written now.
    void written() {
        writtenSeconds = (int) context.world().wallTime().getEpochSecond();
    }

    /// Takes note that all is stored: what is written from now on by views alone has the time of its storing.
    void stored() {
        PageMapping existing = mapping;
        if (existing != null && !existing.isDirty()) {
            writtenSeconds = 0;
        }
    }

    /// When the bytes that are stored next were written, unsigned seconds since 1970: the time of modification does not change by
    /// their being stored.
    int modificationSeconds() {
        int written = writtenSeconds;
        return written == 0 ? (int) context.world().wallTime().getEpochSecond() : written;
    }

    /// When the file was written last, if that is not stored yet; 0 if all is stored.
    public int unstoredSeconds() {
        PageMapping existing = mapping;
        return existing != null && existing.isDirty() ? writtenSeconds : 0;
    }

    /// Whether the pages are those of a status.
    boolean isCurrent(FetchStatus status) {
        return mapping == null || dataVersion == status.dataVersion();
    }

    /// Whether something would be lost without the pages: a view, or bytes that can still be stored.
    ///
    /// @param gone whether the server does not have the file any more
    boolean isNeeded(boolean gone) {
        PageMapping existing = mapping;
        return existing != null && (existing.isMapped() || (!gone && existing.isDirty()));
    }

    /// Frees the pages.
    ///
    /// Locks: called with the vnode's validation lock held, once nobody can open the file any more.
    void drop() {
        PageMapping existing = mapping;
        mapping = null;
        if (existing != null) {
            existing.close();
        }
    }

    boolean isMapped() {
        PageMapping existing = mapping;
        return existing != null && existing.isMapped();
    }

    /// Whether a break is to be answered only after the strip (MM-11).
    boolean isStrict() {
        return strict;
    }

    /// Strips the mapping, and counts that. One that is strict and not stripped in time is a break missed (MM-11).
    void strip() {
        StripEvent event = StripEvent.start();
        PageMapping existing = mapping;
        boolean delayed = existing != null && !existing.strip();
        // Counted once it is done: who has seen the count finds nothing mapped.
        context.counters().count(AfsCounter.STRIPS);
        if (delayed && strict) {
            context.counters().count(AfsCounter.STRICT_BREAKS_MISSED);
        }
        if (event != null) {
            event.finish(vnode, delayed);
        }
    }

    /// Drops clean pages of another version than a status tells.
    ///
    /// Locks: called with the vnode's validation lock held; takes the page cache's locks.
    ///
    /// @throws PinTimeoutException if a channel holds pages of the old version and does not let go; they are not current then
    void catchUp(FetchStatus status) throws PinTimeoutException {
        PageMapping existing = mapping;
        if (existing != null && dataVersion != status.dataVersion()) {
            // A store of ours may be under way, whose reply this status has overtaken: once it is in, the pages may be current.
            if (existing.invalidateIf(() -> dataVersion != newest(status).dataVersion(), () -> takeVersion(newest(status)))) {
                context.counters().count(AfsCounter.CONFLICTS);
            }
        }
    }

    private FetchStatus newest(FetchStatus told) {
        FetchStatus known = vnode.knownStatus();
        return known == null ? told : known;
    }

    /// Takes the version of a status for that of the pages, now that none of another version is left.
    private long takeVersion(FetchStatus status) {
        context.counters().count(AfsCounter.DATA_CHANGES);
        dataVersion = status.dataVersion();
        return status.lengthBytes();
    }

    /// Takes note of a change of ours: pages of the version before it are of the new one (CB-13).
    ///
    /// Locks: called with the vnode's state lock held.
    void changedByUs(long newDataVersion) {
        if (dataVersion != NO_VERSION && dataVersion + 1 == newDataVersion) {
            dataVersion = newDataVersion;
        }
    }

    /// Takes note that the pages are of another snapshot, whatever their version (CB-10).
    ///
    /// Locks: called with the vnode's state lock held.
    void forgetVersion() {
        dataVersion = NO_VERSION;
    }

    @Override
    public void fill(long offsetBytes, MemorySegment destination) throws IOException {
        StripedFetch.run(context, vnode, offsetBytes, destination);
    }

    @Override
    public void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException {
        VnodeCalls.storeData(context, vnode, offsetBytes, source, fileSizeBytes, modificationSeconds());
    }

    @Override
    public void validate() throws IOException {
        vnode.validate();
        vnode.requirePromise();
    }

    @Override
    public boolean isValid() {
        return vnode.isValid();
    }

    @Override
    public void mappedChanged(boolean mapped) {
        vnode.volume().cell().mapped().changed(vnode, mapped);
        if (!mapped) {
            UnlinkedFiles.removeIfUnusedSoon(context, vnode);
        }
    }

    @Override
    public Conflict dirtyMetChange() {
        return vnode.users().reportConflicts() ? Conflict.REPORT : Conflict.MERGE;
    }

    @Override
    public void strictChanged(boolean nowStrict) {
        strict = nowStrict;
        context.strips().strictChanged(nowStrict);
    }
}
