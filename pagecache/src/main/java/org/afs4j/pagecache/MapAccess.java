package org.afs4j.pagecache;

/// What a mapped view allows.
public enum MapAccess {
    /// Reads only.
    READ_ONLY,
    /// Reads, and writes that reach the file (shared).
    READ_WRITE
}
