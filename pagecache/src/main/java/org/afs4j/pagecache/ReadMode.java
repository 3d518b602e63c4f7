package org.afs4j.pagecache;

/// How far a read may go to get pages that are not there (PC-3).
public enum ReadMode {
    /// It waits for whatever it takes.
    NORMAL,
    /// It waits neither for the invalidate lock nor for a page, and so for no server: what is not there at once is not read. The
    /// missing pages are asked for in the background, so that a later try finds them.
    NO_WAIT,
    /// It may wait for the invalidate lock, but causes no input or output, and waits for none that others have caused.
    NO_IO
}
