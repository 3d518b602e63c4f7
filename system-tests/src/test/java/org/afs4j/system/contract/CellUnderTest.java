package org.afs4j.system.contract;

import java.io.IOException;
import org.afs4j.client.configuration.CellConfiguration;

/// A cell that the contract runs on: it has a volume `scratch` at `/afs/CELL/scratch` that anyone may write.
public interface CellUnderTest extends AutoCloseable {
    /// Where its servers are.
    CellConfiguration configuration();

    /// A client of another make where there is one.
    ThirdParty thirdParty() throws IOException;

    /// Restarts the file server without its callback state; it serves when this returns.
    void restartWithoutCallbackState() throws IOException;

    /// Leaves clients without a file server.
    void stopFileServer() throws IOException;

    /// Brings the file server back; it serves when this returns.
    void startFileServer() throws IOException;

    /// Makes a volume that anyone may read and nobody write, at `/afs/CELL/NAME`.
    void makeReadableVolume(String name) throws IOException;

    /// Makes a volume that anyone may write up to a quota, at `/afs/CELL/NAME`.
    void makeSmallVolume(String name, int quotaKibibytes) throws IOException;

    /// Makes a volume that anyone may write, at `/afs/CELL/NAME`, on a disk that can be filled.
    void makeVolumeOnItsOwnDisk(String name) throws IOException;

    /// Fills the disk of such a volume, or makes room on it again.
    void fillDisk(String name, boolean full) throws IOException;

    /// Cuts the servers off from their clients, or ends that: what is sent in between is lost.
    void cutNetwork(boolean cut) throws IOException;

    /// Stops the cell, or leaves it as it was found.
    @Override
    void close() throws IOException;
}
