package org.afs4j.client;

/// A watch on a node, until it is closed.
public interface AfsWatch extends AutoCloseable {
    /// Ends the watch; it may still be told once of what came before.
    @Override
    void close();
}
