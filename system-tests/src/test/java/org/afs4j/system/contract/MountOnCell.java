package org.afs4j.system.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.afs4j.system.mount.MountedCell;
import org.afs4j.system.process.RequiredProgram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/// A mount of a cell of any make, and a directory of its own there, for each test: what the contracts of the mount stand on.
public abstract class MountOnCell {
    private static int directories;

    @SuppressWarnings("NullAway.Init") // before each test
    private CellUnderTest cell;

    private @Nullable MountedCell mount;

    @SuppressWarnings("NullAway.Init") // before each test
    private String directory;

    /// Gives the cell to run one test on; it is closed after the mount.
    protected abstract CellUnderTest startCell() throws IOException;

    @BeforeEach
    void mountTheCell() throws IOException {
        RequiredProgram.orSkip("/usr/bin/fusermount3", "fuse3");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse");
        cell = startCell();
        MountedCell mounted = MountedCell.mount(cell.configuration(), mountOptions());
        mount = mounted;
        directory = "scratch/mount" + ProcessHandle.current().pid() + "-" + ++directories;
        mounted.run("mkdir \"$1\"", directory);
    }

    @AfterEach
    void unmountTheCell() throws IOException {
        try (CellUnderTest _ = cell;
                MountedCell _ = mount) {
            // unmounts first
        }
    }

    /// Options of `afs mount`.
    String[] mountOptions() {
        return new String[] {"--probe-interval", "1s"};
    }

    CellUnderTest cell() {
        return cell;
    }

    MountedCell mount() {
        return Objects.requireNonNull(mount);
    }

    /// A directory of the test's own, relative to the mount point.
    String directory() {
        return directory;
    }

    /// Runs a shell command in the directory, to a good end.
    ///
    /// @return what it printed
    String run(String script) throws IOException {
        return mount().run("cd \"$1\"\n" + script, directory);
    }

    /// A path as third parties write it: relative to `/afs`.
    String afsPath(String name) {
        return cell.configuration().name() + "/" + directory + "/" + name;
    }
}
