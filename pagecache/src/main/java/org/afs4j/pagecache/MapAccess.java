package org.afs4j.pagecache;

/// What a mapped view allows.
public enum MapAccess {
    /// Reading.
    READ_ONLY,
    /// Reading and writing; what is written becomes part of the file.
    READ_WRITE,
    /// Reading and writing; what is written is the view's own and never reaches the file. A chunk that the view has written to is a
    /// copy from then on, and shows no change of the file any more; the others do. The copies end with the view, and take memory
    /// that cannot be evicted: those of all views at most half of the cache's budget.
    COPY_ON_WRITE
}
