package org.afs4j.pagecache.frames;

/// A way by which somebody can still reach the memory of a range.
public interface Reach {
    /// Ends it.
    ///
    /// @return false if somebody holds on to it for now
    boolean tryClose();
}
