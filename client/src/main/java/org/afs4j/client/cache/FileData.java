package org.afs4j.client.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.pagecache.FreshSegment;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MapOption;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.PageMapping;
import org.afs4j.pagecache.PageStream;
import org.afs4j.pagecache.ReadMode;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.fs.FetchStatus;
import org.jspecify.annotations.Nullable;

/// The data of one file as open files use it: each use validates the vnode first, then goes to the page cache.
///
/// Threads: any. Blocks: for calls to servers.
public final class FileData implements AutoCloseable {
    private static final MemorySegment LAST_ZERO = MemorySegment.ofArray(new byte[1]).asReadOnly();
    /// How many separate changes of a page are written one by one, and so stored by a call each.
    private static final int MOST_RUNS = 8;

    private static final int PAGE_BYTES = 4096;

    private final CacheContext context;
    private final Vnode vnode;
    private final PageMapping mapping;
    private final PageStream stream;
    private final boolean reporting;

    private FileData(CacheContext context, Vnode vnode, boolean reporting) throws IOException {
        this.context = context;
        this.vnode = vnode;
        this.reporting = reporting;
        this.mapping = vnode.pages().mapping();
        this.stream = mapping.openStream();
    }

    /// Opens the data of a file, which stays in the cache until [#close()].
    ///
    /// @param context what the cache shares
    /// @param file a regular file
    /// @param reporting whether a third party's change that meets dirty bytes is told by [#sync()]
    /// @throws IOException if the server cannot be asked
    public static FileData open(CacheContext context, Vnode file, boolean reporting) throws IOException {
        Vnode vnode = file.current();
        while (!vnode.retain()) {
            vnode = vnode.current();
        }
        try {
            FileData data = new FileData(context, vnode, reporting);
            vnode.users().addReporters(reporting ? 1 : 0);
            return data;
        } catch (IOException | RuntimeException e) {
            vnode.release();
            throw e;
        }
    }

    /// Lets the file go; to be called once. Views stay, and what is not yet stored is stored all the same.
    @Override
    public void close() {
        vnode.users().addReporters(reporting ? -1 : 0);
        vnode.release();
        UnlinkedFiles.removeIfUnused(vnode);
    }

    /// The file.
    public Vnode vnode() {
        return vnode;
    }

    /// The file as its locks see it.
    public LockedFile locked() {
        return new LockedFile(context, vnode);
    }

    /// Reads bytes as [PageStream#read].
    ///
    /// @throws IOException if they cannot be read
    public int read(long offsetBytes, ByteBuffer destination) throws IOException {
        vnode.validate();
        return stream.read(offsetBytes, destination);
    }

    /// Sends bytes as [PageStream#transferTo].
    ///
    /// @throws IOException if they cannot be read, or the channel does not take them
    public long transferTo(long offsetBytes, long lengthBytes, WritableByteChannel target) throws IOException {
        vnode.validate();
        return stream.transferTo(offsetBytes, lengthBytes, target);
    }

    /// Writes bytes as [PageStream#write].
    ///
    /// @throws IOException if they cannot be taken
    public void write(long offsetBytes, ByteBuffer source) throws IOException {
        requireWritable("write");
        vnode.pages().written();
        stream.write(offsetBytes, source);
    }

    /// Writes bytes at the end, in turn with others here who append or change the file's status.
    ///
    /// Locks: the vnode's change lock, across a validation.
    ///
    /// @return where they begin
    /// @throws IOException if they cannot be taken
    public long append(ByteBuffer source) throws IOException {
        vnode.change().lock();
        try {
            requireWritable("append");
            long offsetBytes = mapping.sizeBytes();
            vnode.pages().written();
            stream.write(offsetBytes, source);
            return offsetBytes;
        } finally {
            vnode.change().unlock();
        }
    }

    /// Writes what a mapping outside the cache has changed of pages that it was given: only bytes that differ from those cached are
    /// written, so that what others changed in the same pages meanwhile stays theirs (CB-13). To that end the vnode is not
    /// validated first: what is cached still is what the mapping was given, as long as nobody has asked since.
    ///
    /// Pages that are not cached any more are written whole; so are those with more than [#MOST_RUNS] separate changes, each of which
    /// would be a call, while the promise stands.
    ///
    /// @param offsetBytes where the range begins
    /// @param source the bytes, of which the last page's may end with the file
    /// @throws IOException if they cannot be taken
    public void writeChanged(long offsetBytes, ByteBuffer source) throws IOException {
        requireWritable("write", lastStatus());
        vnode.pages().written();
        ByteBuffer cached = ByteBuffer.allocate(PAGE_BYTES);
        long at = offsetBytes;
        while (source.hasRemaining()) {
            int pageBytes = Math.min(PAGE_BYTES - (int) (at % PAGE_BYTES), source.remaining());
            ByteBuffer page = source.slice(source.position(), pageBytes);
            cached.clear().limit(pageBytes);
            boolean known = mapping.read(at, cached, ReadMode.NO_IO) == pageBytes;
            writeChanged(at, page, known ? cached.flip() : null);
            source.position(source.position() + pageBytes);
            at += pageBytes;
        }
    }

    private void writeChanged(long offsetBytes, ByteBuffer page, @Nullable ByteBuffer cached) throws IOException {
        if (cached == null || (changedRuns(page, cached) > MOST_RUNS && vnode.isValid())) {
            stream.write(offsetBytes, page);
            return;
        }
        int from = 0;
        while (from < page.limit()) {
            int first = mismatch(page, cached, from);
            int end = first;
            while (end < page.limit() && page.get(end) != cached.get(end)) {
                end++;
            }
            if (end > first) {
                stream.write(offsetBytes + first, page.slice(first, end - first));
            }
            from = Math.max(end, first + 1);
        }
    }

    private static int changedRuns(ByteBuffer page, ByteBuffer cached) {
        int runs = 0;
        boolean within = false;
        for (int i = mismatch(page, cached, 0); i < page.limit(); i++) {
            boolean differs = page.get(i) != cached.get(i);
            runs += differs && !within ? 1 : 0;
            within = differs;
        }
        return runs;
    }

    /// Where two pages differ first, from an index on; their end if nowhere.
    private static int mismatch(ByteBuffer page, ByteBuffer cached, int from) {
        int found = page.slice(from, page.limit() - from).mismatch(cached.slice(from, page.limit() - from));
        return found < 0 ? page.limit() : from + found;
    }

    private FetchStatus lastStatus() throws IOException {
        FetchStatus known = vnode.knownStatus();
        return known == null ? vnode.validate() : known;
    }

    /// Refuses what could not be stored, before anything is dirty.
    private void requireWritable(String what) throws IOException {
        requireWritable(what, vnode.validate());
    }

    private void requireWritable(String what, FetchStatus status) throws AfsFileException {
        if (vnode.volume().isReadOnly()) {
            throw new AfsFileException(AfsError.EROFS, vnode.where(what));
        }
        if ((status.callerAccess() & FetchStatus.RIGHT_WRITE) == 0 && !isOwnNewFile(status)) {
            throw new AfsFileException(AfsError.EACCES, vnode.where(what));
        }
    }

    /// Who inserts a file may write it though the directory gives no right to write: AFS lets the owner of a file of its own.
    private static boolean isOwnNewFile(FetchStatus status) {
        return (status.callerAccess() & FetchStatus.RIGHT_INSERT) != 0;
    }

    /// The size, with what is written but not yet stored.
    ///
    /// @throws IOException if the server cannot be asked
    public long sizeBytes() throws IOException {
        vnode.validate();
        return mapping.sizeBytes();
    }

    /// Sets the size, on the server too.
    ///
    /// @throws IOException if the server refuses or cannot be asked
    public void truncate(long sizeBytes) throws IOException {
        requireWritable("truncate");
        vnode.pages().written();
        mapping.truncate(sizeBytes, () -> {
            FetchStatus known = vnode.knownStatus();
            if (known != null && sizeBytes > known.lengthBytes()) {
                // A server makes a file no longer than the end of what is stored: so the last byte is.
                VnodeCalls.storeData(context, vnode, sizeBytes - 1, LAST_ZERO, sizeBytes, vnode.pages().modificationSeconds());
            } else {
                VnodeCalls.storeData(context, vnode, 0, MemorySegment.NULL, sizeBytes, vnode.pages().modificationSeconds());
            }
        });
    }

    /// Stores what is not yet stored.
    ///
    /// @throws org.afs4j.pagecache.error.PageConflictException if a conflict is told; nothing is stored then, and the next sync stores
    /// @throws IOException if something could not be stored
    public void sync() throws IOException {
        try {
            stream.sync();
            vnode.pages().stored();
        } catch (AfsFileException e) {
            if (e.error() == AfsError.VNOVNODE) {
                // The file is gone: its dirty bytes can never be stored, and are told as lost here.
                mapping.discard();
            }
            throw e;
        }
    }

    /// Maps a range.
    ///
    /// @throws IOException if the server cannot be asked
    public MappedView map(MapAccess access, long offsetBytes, long lengthBytes, MapOption... options) throws IOException {
        if (access == MapAccess.READ_WRITE) {
            requireWritable("map for writing");
        }
        vnode.validate();
        return stream.map(access, offsetBytes, lengthBytes, options);
    }

    /// Copies a range to memory that is kept fresh.
    ///
    /// @throws IOException if the server cannot be asked
    public FreshSegment mapFresh(long offsetBytes, long lengthBytes) throws IOException {
        vnode.validate();
        return mapping.mapFresh(offsetBytes, lengthBytes);
    }
}
