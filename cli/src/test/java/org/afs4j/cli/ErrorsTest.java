package org.afs4j.cli;

import static org.afs4j.cli.FileCommandsTest.done;
import static org.afs4j.cli.FileCommandsTest.failed;

import java.io.IOException;
import java.nio.file.Path;
import org.afs4j.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of failure: one line with cell, volume, server and path as far as they are known, and its exit code.
class ErrorsTest {
    private static final String SCRATCH = CommandLineOnCell.SCRATCH;

    @TempDir
    private Path local;

    private CommandLineOnCell afs;

    @BeforeEach
    void startACell() throws IOException {
        afs = new CommandLineOnCell(local);
    }

    @AfterEach
    void endIt() {
        afs.close();
    }

    @Test
    void aCellThatNobodyKnows() {
        failed(afs.run("ls", "/afs/nowhere.example/x"), ExitCode.NOT_FOUND, "/afs/nowhere.example/x", "nowhere.example", "--server");
    }

    @Test
    void aMountPointToAVolumeThatTheCellDoesNotHave() throws IOException {
        afs.cell().mount(afs.cell().volume("scratch"), "lost", "#no.such.volume.");
        failed(afs.run("cat", SCRATCH + "/lost/f"), ExitCode.NOT_FOUND, SCRATCH + "/lost/f", "no.such.volume", "test.cell");
    }

    @Test
    void aFileThatIsNotThere() {
        failed(afs.run("cat", SCRATCH + "/no"), ExitCode.NOT_FOUND, "ENOENT", SCRATCH + "/no", "cell test.cell", "volume scratch");
        failed(afs.run("stat", SCRATCH + "/no/further"), ExitCode.NOT_FOUND, SCRATCH + "/no/further");
        failed(afs.run("put", "/nonexistent/file", SCRATCH), ExitCode.NOT_FOUND, "/nonexistent/file", "local");
    }

    @Test
    void aFileThatIsTakenForADirectoryAndTheOtherWayRound() {
        done(afs.run(new byte[] {1}, "put", "-", SCRATCH + "/f"));
        failed(afs.run("ls", SCRATCH + "/f/x"), ExitCode.FAILED, "ENOTDIR", SCRATCH + "/f/x", "not a directory");
        failed(afs.run("cat", SCRATCH), ExitCode.FAILED, "EISDIR", SCRATCH, "is a directory");
    }

    @Test
    void aDirectoryThatIsNotForUs() {
        failed(afs.run(new byte[] {1}, "put", "-", "/afs/test.cell/f"), ExitCode.NO_PERMISSION, "EACCES", "/afs/test.cell/f", "root.cell");
        done(afs.run("mkdir", SCRATCH + "/d"));
        afs.cell().volume("scratch").setAnyUserRights("d", "");
        failed(afs.run("ls", SCRATCH + "/d"), ExitCode.NO_PERMISSION, "EACCES", SCRATCH + "/d", "volume scratch");
    }

    @Test
    void aDiskThatIsFull() {
        afs.cell().volume("scratch").setDiskFull(true);
        failed(afs.run(new byte[] {1}, "put", "-", SCRATCH + "/f"), ExitCode.FAILED, "full", SCRATCH + "/f");
    }

    @Test
    void aServerThatIsSilentForLongerThanTheDeadTimeout() {
        afs.cell().stopFileServer();
        failed(
                afs.run("ls", "--dead-timeout", "1s", SCRATCH),
                ExitCode.UNREACHABLE,
                SCRATCH,
                "no server answered",
                "127.0.0.1:" + afs.cell().volumeLocationAddress().getPort());
    }

    @Test
    void aPathThatIsNotInAfs() {
        failed(afs.run("ls", "/home"), ExitCode.WRONG_USAGE, "/home", "/afs/CELL");
        failed(afs.run("put", "-", "somewhere"), ExitCode.WRONG_USAGE, "somewhere", "/afs/CELL");
        failed(afs.run("get", SCRATCH + "/f", SCRATCH + "/g"), ExitCode.WRONG_USAGE, "afs cp");
    }

    @Test
    void aServerThatHasNoAddress() {
        failed(
                afs.run("ls", "--cell", "test.cell", "--server", "127.0.0.1:port", SCRATCH),
                ExitCode.WRONG_USAGE,
                "127.0.0.1:port");
    }
}
