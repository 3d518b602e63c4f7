package org.afs4j.client.lock;

import java.io.IOException;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.server.FileServer;

/// A file as its locks see it: the calls about its server lock, and its data.
///
/// Blocks: every method but [#isLocal()], [#isOn], [#isIn] and [#where], for calls to servers.
public interface LockedVnode {
    /// Asks for the server lock.
    ///
    /// @param exclusive whether nobody else may have one
    /// @return false if another client's lock is in the way
    /// @throws IOException if the server refuses for another reason or cannot be asked
    boolean setLock(boolean exclusive) throws IOException;

    /// Prolongs the server lock.
    ///
    /// @return false if the server knows of none
    /// @throws IOException if the server refuses for another reason or cannot be asked
    boolean extendLock() throws IOException;

    /// Gives the server lock up.
    ///
    /// @throws IOException if the server refuses or cannot be asked: the lock runs out by itself
    void releaseLock() throws IOException;

    /// Makes sure that a promise stands, so that a release is told by a break, and that what is read next is current.
    ///
    /// @throws IOException if the server cannot be asked
    void validateForLock() throws IOException;

    /// Asks the server, whatever promise stands, how many clients share the lock.
    ///
    /// @return the count; −1 of an exclusive lock
    /// @throws IOException if the server cannot be asked
    int askLockCount() throws IOException;

    /// The data version as last told; our own stores move it too.
    long knownDataVersion();

    /// Stores what is dirty.
    ///
    /// @throws IOException if something could not be stored; it stays dirty
    void writeBackForLock() throws IOException;

    /// Whether nobody can change the file, so that no server need know of its locks.
    boolean isLocal();

    /// Whether a server has the file.
    ///
    /// @param server the server
    boolean isOn(FileServer server);

    /// Whether the file is in a volume.
    ///
    /// @param volume the volume
    boolean isIn(VolumeInterest volume);

    /// Where a failure is.
    ///
    /// @param what was done
    AfsContext where(String what);
}
