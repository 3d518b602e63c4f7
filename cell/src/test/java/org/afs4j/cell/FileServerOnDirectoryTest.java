package org.afs4j.cell;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.DirectoryStore;
import org.afs4j.cell.store.StoreSync;
import org.junit.jupiter.api.io.TempDir;

class FileServerOnDirectoryTest extends FileServerContract {
    @TempDir
    private Path directory;

    @Override
    void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) throws Exception {
        CellStore store = DirectoryStore.open(SystemWorld.instance(), directory, StoreSync.DELAYED);
        CellLab.onUdp(builder -> settings.apply(builder).store(store), body);
    }
}
