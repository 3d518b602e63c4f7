package org.afs4j.pagecache;

/// What a view may ask for beyond its [MapAccess].
public enum MapOption {
    /// The view is strict (MM-11): the backing strips it before it lets whoever changes the file go on, within a bound, instead of
    /// soon afterwards. So an access that begins after the other's sync has returned sees the change. The other waits for it.
    STRICT
}
