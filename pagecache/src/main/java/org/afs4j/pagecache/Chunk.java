package org.afs4j.pagecache;

/// The states of the pages of one chunk, a bit for each; [PageStates] says what they mean.
final class Chunk {
    /// Pages whose memory holds the file's bytes. Written under the page-state lock, read by anyone who holds the invalidate lock.
    volatile long upToDate;
    /// Pages that some holder of the invalidate lock brings in now. Page-state lock.
    long filling;
    /// Pages with bytes that the backing does not have. Page-state lock.
    long dirty;
    /// Pages whose bytes are on their way to the backing. Page-state lock.
    long writingBack;
    /// Whether the chunk was used since the evictor last passed; a lost update costs nothing but a wrong choice.
    boolean referenced;
}
