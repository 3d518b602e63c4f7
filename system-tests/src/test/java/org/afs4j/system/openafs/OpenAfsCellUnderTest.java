package org.afs4j.system.openafs;

import java.io.IOException;
import java.util.List;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.system.contract.CellUnderTest;
import org.afs4j.system.contract.ThirdParty;
import org.afs4j.system.openafs.OpenAfsCell.CallbackState;

/// A real OpenAFS cell; the third party is OpenAFS's own `afsd.fuse`.
record OpenAfsCellUnderTest(OpenAfsCell cell, AfsdFuseMount mount) implements CellUnderTest {
    @Override
    public CellConfiguration configuration() {
        return new CellConfiguration(cell.name(), List.of(cell.locationServer()), CellConfiguration.FILE_SERVER_PORT);
    }

    @Override
    public ThirdParty thirdParty() {
        return new ThirdParty() {
            @Override
            public void write(String path, byte[] contents) throws IOException {
                mount.write(path, contents);
            }

            @Override
            public void overwrite(String path, long offsetBytes, byte[] contents) throws IOException {
                mount.overwrite(path, offsetBytes, contents);
            }

            @Override
            public byte[] read(String path) throws IOException {
                return mount.read(path);
            }

            @Override
            public void chmod(String path, String mode) throws IOException {
                mount.chmod(path, mode);
            }
        };
    }

    @Override
    public void restartWithoutCallbackState() throws IOException {
        cell.restartFileServer(CallbackState.DROPPED);
    }

    @Override
    public void stopFileServer() throws IOException {
        cell.stopFileServer();
    }

    @Override
    public void startFileServer() throws IOException {
        cell.startFileServer();
    }

    @Override
    public void makeReadableVolume(String name) throws IOException {
        cell.makeVolume(name, name, "system:anyuser rl");
    }

    @Override
    public void makeSmallVolume(String name, int quotaKibibytes) throws IOException {
        cell.makeVolume(name, name);
        cell.exec("vos", "setfields", "-id", name, "-maxquota", Integer.toString(quotaKibibytes), "-localauth");
    }

    @Override
    public void makeVolumeOnItsOwnDisk(String name) throws IOException {
        cell.makeVolumeOnSmallDisk(name, name);
    }

    @Override
    public void fillDisk(String name, boolean full) throws IOException {
        cell.fillSmallDisk(full);
    }

    @Override
    public void cutNetwork(boolean cut) throws IOException {
        cell.cutNetwork(cut);
    }

    @Override
    public void close() throws IOException {
        cell.ensureServing();
    }
}
