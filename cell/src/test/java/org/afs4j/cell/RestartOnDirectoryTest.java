package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.DirectoryStore;
import org.afs4j.cell.store.StoreSync;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process's death is a copy of the directory, taken while the cell still has it open.
class RestartOnDirectoryTest extends RestartContract {
    @TempDir
    private Path directory;

    private static CellStore open(Path at) throws IOException {
        return DirectoryStore.open(SystemWorld.instance(), at, StoreSync.DELAYED);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    @Override
    void runAcrossDeaths(CellLab.Body... bodies) throws Exception {
        Path at = directory.resolve("0");
        for (int i = 0; i < bodies.length; i++) {
            Path next = directory.resolve(String.valueOf(i + 1));
            Path now = at;
            CellLab.Body body = bodies[i];
            CellStore store = open(now);
            CellLab.onUdp(builder -> builder.store(store).checkContents(), lab -> {
                body.run(lab);
                copy(now, next);
            });
            at = next;
        }
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefused() throws Exception {
        CellStore first = open(directory);
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(CellStoreException.class)
                .hasMessageContaining("in use by another server");
        first.close();
        open(directory).close();
    }

    @Test
    void anotherCellsDirectoryIsRefused() throws Exception {
        AfsCell.builder().name("one.test").store(open(directory)).start().close();
        CellStore again = open(directory);
        assertThatThrownBy(() -> AfsCell.builder().name("two.test").store(again).start())
                .isInstanceOf(CellStoreException.class)
                .hasMessageContaining("has cell one.test, not two.test");
        again.close();
    }

    @Test
    void whatIsNoStoreIsRefusedAndLeftAlone() throws Exception {
        Files.writeString(directory.resolve("thesis.tex"), "x");
        assertThatThrownBy(() -> open(directory)).isInstanceOf(CellStoreException.class).hasMessageContaining("thesis.tex");
        assertThat(directory).isDirectoryNotContaining(path -> !path.endsWith("thesis.tex"));
    }

    @Test
    void aFormatOfTheFutureIsRefused() throws Exception {
        open(directory).close();
        Files.writeString(directory.resolve("format"), "afs4j cell store, format 9\n");
        assertThatThrownBy(() -> open(directory)).isInstanceOf(CellStoreException.class).hasMessageContaining("format 9");
    }
}
