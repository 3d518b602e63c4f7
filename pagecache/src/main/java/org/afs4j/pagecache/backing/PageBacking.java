package org.afs4j.pagecache.backing;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.afs4j.pagecache.error.PageConflictException;

/// Where the pages of one file come from and go to.
///
/// Threads: any number at once; the page cache never calls two fills of overlapping ranges at a time.
public interface PageBacking {
    /// What becomes of dirty bytes when somebody else has changed the file (CB-13).
    enum Conflict {
        /// They lie over the new version: who wrote a byte last wins it, and nobody else's byte is touched.
        MERGE,
        /// The same, but they are not written before somebody who syncs has been told, by a [PageConflictException].
        REPORT
    }

    /// The kinds of file system, in the order in which the invalidate locks of their files are taken: who fills a page of a stacked
    /// one may read a file of the one beneath (PC-7).
    enum LockClass {
        /// A file system whose files are made of those of another one.
        STACKED(0),
        /// A file system on a server or a device.
        PLAIN(1);

        private final int place;

        LockClass(int place) {
            this.place = place;
        }

        /// Where the class is in the order, from 0.
        public int place() {
            return place;
        }
    }

    /// Reads a range into memory.
    ///
    /// Locks: called with the file's invalidate lock held shared (PC-1), on memory that nobody else uses. Blocks: for calls to a server.
    ///
    /// @param offsetBytes where the range begins, a multiple of the page size
    /// @param destination the range's memory, filled to its end: bytes after the end of the file become zero
    /// @throws IOException if it cannot be read; then the pages stay absent
    void fill(long offsetBytes, MemorySegment destination) throws IOException;

    /// Writes a range of dirty bytes, and no byte that was not written here.
    ///
    /// Locks: called with the file's write-back lock held. Blocks: for calls to a server.
    ///
    /// @param offsetBytes where the range begins, any byte of the file
    /// @param source the bytes
    /// @param fileSizeBytes the size that the file shall have afterwards
    /// @throws IOException if it cannot be written; then the bytes stay dirty
    void writeBack(long offsetBytes, MemorySegment source, long fileSizeBytes) throws IOException;

    /// Makes sure that the cached pages are current, for a fault (MM-2): asks the server if no promise stands, and has changed
    /// pages dropped through `PageMapping.invalidate`.
    ///
    /// Locks: called with no lock of the page cache held. Blocks: for calls to a server.
    ///
    /// @throws IOException if the server cannot be asked, or the file is gone
    void validate() throws IOException;

    /// Whether the cached pages may be used without asking ([#validate()] would return at once). Takes no lock.
    boolean isValid();

    /// Told when the file's first view is mapped and when its last view is unmapped (MM-4), in that order always.
    ///
    /// Locks: called with the file's mapping-generation lock held; takes only locks of later ranks. Never blocks.
    ///
    /// @param mapped whether there is a view now
    void mappedChanged(boolean mapped);

    /// Told when the file's first strict view is mapped and when its last strict view is unmapped (MM-11), in that order always.
    /// While there is one, whoever takes a promise on the file back is answered only after the strip, within a bound.
    ///
    /// Locks: as [#mappedChanged(boolean)]. Never blocks.
    ///
    /// @param strict whether there is a strict view now
    default void strictChanged(boolean strict) {}

    /// Decides what becomes of dirty bytes when somebody else has changed the file.
    ///
    /// Locks: called with the file's invalidate lock held exclusively. Never blocks.
    default Conflict dirtyMetChange() {
        return Conflict.MERGE;
    }

    /// The kind of file system that the file is of; the same each time.
    default LockClass lockClass() {
        return LockClass.PLAIN;
    }
}
