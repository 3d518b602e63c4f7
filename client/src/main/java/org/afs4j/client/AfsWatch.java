package org.afs4j.client;

/// A watch on a node, until it is closed.
public interface AfsWatch extends AutoCloseable {
    /// Waits until the watch has been told of all breaks that have been answered, and of all changes that replies have told of, up to now.
    ///
    /// Blocks: while others are told and mappings are stripped, which never wait for a server. Not to be called by who is told.
    ///
    /// @param mostNanos how long at most
    /// @return whether all is told
    boolean awaitTold(long mostNanos);

    /// Ends the watch; it may still be told once of what came before.
    @Override
    void close();
}
