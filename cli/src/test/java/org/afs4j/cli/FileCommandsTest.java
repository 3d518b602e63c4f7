package org.afs4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.afs4j.cli.CommandLineOnCell.Run;
import org.afs4j.cli.command.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCommandsTest {
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, (1 << 20) + 1, 5_000_000})
    void whatIsPutIsWhatCatAndGetGiveBack(int sizeBytes) throws IOException {
        byte[] data = data(sizeBytes);
        Files.write(local.resolve("in"), data);

        done(afs.run("put", local.resolve("in").toString(), SCRATCH + "/f"));

        Run cat = done(afs.run("cat", SCRATCH + "/f"));
        assertThat(cat.outBytes()).isEqualTo(data);
        done(afs.run("get", SCRATCH + "/f", local.resolve("out").toString()));
        assertThat(local.resolve("out")).hasBinaryContent(data);
    }

    @Test
    void putTakesStandardInputAndAShorterFileReplacesALongerOne() {
        done(afs.run(data(10_000), "put", "-", SCRATCH + "/f"));
        byte[] shorter = data(100);
        done(afs.run(shorter, "put", "-", SCRATCH + "/f"));
        assertThat(done(afs.run("get", SCRATCH + "/f", "-")).outBytes()).isEqualTo(shorter);
    }

    @Test
    void aclShowsAndChangesWhoMayDoWhat() {
        assertThat(afs.cell().principals().addUser("smith")).isPositive();
        done(afs.run("mkdir", SCRATCH + "/d"));
        done(afs.run("acl", "--set", "smith=write", "--deny", "smith=d", SCRATCH + "/d"));
        assertThat(done(afs.run("acl", SCRATCH + "/d")).lines())
                .containsExactly(SCRATCH + "/d", "  system:anyuser rlidwka", "  smith rlidwk", "  not smith d");
        assertThat(done(afs.run("acl", "--json", SCRATCH + "/d")).json())
                .extracting(line -> line.get("name").asText() + " " + line.get("rights").asText() + " " + line.get("denied"))
                .containsExactly("system:anyuser rlidwka false", "smith rlidwk false", "smith d true");
        done(afs.run("acl", "--clear", "--set", "system:anyuser=rl", SCRATCH + "/d"));
        assertThat(done(afs.run("acl", SCRATCH + "/d")).lines()).containsExactly(SCRATCH + "/d", "  system:anyuser rl");
        assertThat(afs.run("acl", "--set", "smith=r", SCRATCH + "/d").exitCode()).isEqualTo(4);
        assertThat(afs.run("acl", "--set", "smith=q", SCRATCH + "/d").exitCode()).isEqualTo(2);
        assertThat(afs.run("acl", "--clear", SCRATCH + "/d").exitCode()).isEqualTo(2);
    }

    @Test
    void catWritesSeveralFilesOneAfterTheOther() {
        done(afs.run(new byte[] {'a'}, "put", "-", SCRATCH + "/a"));
        done(afs.run(new byte[] {'b'}, "put", "-", SCRATCH + "/b"));
        assertThat(done(afs.run("cat", SCRATCH + "/a", SCRATCH + "/b", SCRATCH + "/a")).out()).isEqualTo("aba");
    }

    @Test
    void putIntoADirectoryTakesTheLocalName() throws IOException {
        Files.writeString(local.resolve("name.txt"), "x");
        done(afs.run("put", local.resolve("name.txt").toString(), SCRATCH));
        assertThat(done(afs.run("cat", SCRATCH + "/name.txt")).out()).isEqualTo("x");
        failed(afs.run("put", "-", SCRATCH), ExitCode.FAILED, "is a directory");
    }

    @Test
    void cpCopiesWithinAfsAndBothWaysOutOfItAndKeepsModeAndTimeIfAsked() throws IOException {
        Files.writeString(local.resolve("run.sh"), "echo");
        assertThat(local.resolve("run.sh").toFile().setExecutable(true, true)).isTrue();
        done(afs.run("cp", "-p", local.resolve("run.sh").toString(), SCRATCH + "/run.sh"));
        done(afs.run("cp", "-p", SCRATCH + "/run.sh", SCRATCH + "/copy.sh"));
        done(afs.run("cp", "-p", SCRATCH + "/copy.sh", local.resolve("back.sh").toString()));

        assertThat(local.resolve("back.sh")).hasContent("echo").isExecutable();
        JsonNode copied = done(afs.run("stat", "--json", SCRATCH + "/copy.sh")).json().getFirst();
        assertThat(copied.get("mode").asText()).isEqualTo("0744");
        assertThat(Files.getLastModifiedTime(local.resolve("back.sh")).toInstant())
                .isEqualTo(Instant.parse(copied.get("modified").asText()));
    }

    @Test
    void cpOfAFileToItselfIsRefusedBeforeItIsCut() {
        done(afs.run(new byte[] {'a'}, "put", "-", SCRATCH + "/a"));
        done(afs.run("ln", SCRATCH + "/a", SCRATCH + "/b"));
        failed(afs.run("cp", SCRATCH + "/a", SCRATCH + "/a"), ExitCode.FAILED, "same file");
        failed(afs.run("cp", SCRATCH + "/a", SCRATCH + "/b"), ExitCode.FAILED, "same file");
        assertThat(done(afs.run("cat", SCRATCH + "/a")).out()).isEqualTo("a");
    }

    @Test
    void severalFilesAreCopiedIntoADirectoryOnly() {
        done(afs.run(new byte[] {'a'}, "put", "-", SCRATCH + "/a"));
        done(afs.run(new byte[] {'b'}, "put", "-", SCRATCH + "/b"));
        done(afs.run("mkdir", SCRATCH + "/d"));
        done(afs.run("cp", SCRATCH + "/a", SCRATCH + "/b", SCRATCH + "/d"));
        assertThat(done(afs.run("ls", SCRATCH + "/d")).lines()).containsExactly("a", "b");
        failed(afs.run("cp", SCRATCH + "/a", SCRATCH + "/b", SCRATCH + "/a"), ExitCode.WRONG_USAGE, "none");
    }

    @Test
    void lsSortsHidesDotNamesAndShowsWhatItIsAskedFor() {
        done(afs.run(data(1234), "put", "-", SCRATCH + "/zebra"));
        done(afs.run(new byte[0], "put", "-", SCRATCH + "/.hidden"));
        done(afs.run("mkdir", SCRATCH + "/ape"));
        done(afs.run("ln", "-s", "zebra", SCRATCH + "/link"));

        assertThat(done(afs.run("ls", SCRATCH)).lines()).containsExactly("ape", "link", "zebra");
        assertThat(done(afs.run("ls", "-a", SCRATCH)).lines()).containsExactly(".hidden", "ape", "link", "zebra");
        assertThat(done(afs.run("ls", "-l", SCRATCH)).lines()).satisfiesExactly(
                ape -> assertThat(ape).startsWith("drwxr-xr-x 2 ").endsWith(" ape"),
                link -> assertThat(link).startsWith("lrwxr-xr-x 1 ").endsWith(" link -> zebra"),
                zebra -> assertThat(zebra).startsWith("-rw-r--r-- 1 ").contains(" 1234 20").endsWith(" zebra"));
        assertThat(done(afs.run("ls", "-ld", SCRATCH)).lines()).singleElement().asString().endsWith(SCRATCH);
        assertThat(done(afs.run("ls", SCRATCH + "/zebra")).lines()).containsExactly(SCRATCH + "/zebra");
    }

    @Test
    void lsOfAfsListsTheCellsAndAsksNone() {
        assertThat(done(afs.run("ls", "/afs")).lines()).containsExactly(CommandLineOnCell.CELL);
        assertThat(done(afs.run("ls", "-l", "/afs/")).lines()).containsExactly(CommandLineOnCell.CELL);
        assertThat(afs.cell().counters().calls()).isEmpty();
    }

    @Test
    void lsAndStatTellAsJsonWhatTheyTellAsText() {
        done(afs.run(data(77), "put", "-", SCRATCH + "/f"));
        JsonNode listed = done(afs.run("ls", "--json", SCRATCH)).json().getFirst();
        assertThat(listed.get("name").asText()).isEqualTo("f");
        assertThat(listed.get("sizeBytes").asLong()).isEqualTo(77);
        assertThat(listed.get("type").asText()).isEqualTo("file");

        JsonNode told = done(afs.run("stat", "--json", SCRATCH + "/f")).json().getFirst();
        assertThat(told.get("fid")).isEqualTo(listed.get("fid"));
        assertThat(told.get("cell").asText()).isEqualTo(CommandLineOnCell.CELL);
        assertThat(told.get("volume").asText()).isEqualTo("scratch");
        assertThat(told.get("rights").asText()).isEqualTo("rlidwka");

        assertThat(done(afs.run("stat", SCRATCH + "/f")).out())
                .contains("77 bytes", "0644 (-rw-r--r--)", "volume scratch", told.get("fid").asText());
    }

    @Test
    void statTellsOfASymlinkOrOfItsTarget() {
        done(afs.run(data(5), "put", "-", SCRATCH + "/f"));
        done(afs.run("ln", "-s", "f", SCRATCH + "/link"));
        JsonNode link = done(afs.run("stat", "--json", SCRATCH + "/link")).json().getFirst();
        assertThat(link.get("type").asText()).isEqualTo("symlink");
        assertThat(link.get("target").asText()).isEqualTo("f");
        JsonNode target = done(afs.run("stat", "-L", "--json", SCRATCH + "/link")).json().getFirst();
        assertThat(target.get("type").asText()).isEqualTo("file");
    }

    @Test
    void mkdirMakesTheDirectoriesAboveOnlyIfAsked() {
        failed(afs.run("mkdir", SCRATCH + "/a/b"), ExitCode.NOT_FOUND, SCRATCH + "/a/b");
        done(afs.run("mkdir", "-p", SCRATCH + "/a/b/c"));
        done(afs.run("mkdir", "-p", SCRATCH + "/a/b/c"));
        failed(afs.run("mkdir", SCRATCH + "/a"), ExitCode.FAILED, "EEXIST");
        done(afs.run(data(1), "put", "-", SCRATCH + "/f"));
        failed(afs.run("mkdir", "-p", SCRATCH + "/f/d"), ExitCode.FAILED, "ENOTDIR");
    }

    @Test
    void rmRemovesDirectoriesOnlyIfAskedAndOfAMountPointOnlyThat() throws IOException {
        afs.cell().createVolume("other");
        done(afs.run("mkdir", "-p", SCRATCH + "/d/e"));
        afs.cell().mount(afs.cell().volume("scratch"), "d/other", "#other.");
        done(afs.run(data(3), "put", "-", SCRATCH + "/d/e/f"));
        done(afs.run(data(3), "put", "-", SCRATCH + "/d/other/precious"));
        int precious = afs.cell().volume("other").vnodeCount();

        failed(afs.run("rm", SCRATCH + "/d"), ExitCode.FAILED, "-r");
        done(afs.run("rm", "-r", SCRATCH + "/d"));

        assertThat(done(afs.run("ls", SCRATCH)).out()).isEmpty();
        assertThat(afs.cell().volume("other").vnodeCount()).isEqualTo(precious);
        failed(afs.run("rm", SCRATCH + "/d"), ExitCode.NOT_FOUND, SCRATCH + "/d");
        done(afs.run("rm", "-f", SCRATCH + "/d"));
    }

    @Test
    void mvRenamesOverAFileAndIntoADirectory() {
        done(afs.run(new byte[] {'a'}, "put", "-", SCRATCH + "/a"));
        done(afs.run(new byte[] {'b'}, "put", "-", SCRATCH + "/b"));
        done(afs.run("mkdir", SCRATCH + "/d"));
        done(afs.run("mv", SCRATCH + "/a", SCRATCH + "/b"));
        assertThat(done(afs.run("cat", SCRATCH + "/b")).out()).isEqualTo("a");
        done(afs.run("mv", SCRATCH + "/b", SCRATCH + "/d"));
        assertThat(done(afs.run("ls", SCRATCH)).lines()).containsExactly("d");
        assertThat(done(afs.run("cat", SCRATCH + "/d/b")).out()).isEqualTo("a");
    }

    @Test
    void aHardLinkIsTheSameFileAndStaysInItsDirectory() {
        done(afs.run(new byte[] {'a'}, "put", "-", SCRATCH + "/a"));
        done(afs.run("mkdir", SCRATCH + "/d"));
        done(afs.run("ln", SCRATCH + "/a", SCRATCH + "/b"));
        assertThat(done(afs.run("stat", "--json", SCRATCH + "/b")).json().getFirst().get("links").asInt()).isEqualTo(2);
        failed(afs.run("ln", SCRATCH + "/a", SCRATCH + "/d/c"), ExitCode.FAILED, "EXDEV");
    }

    @Test
    void chmodSetsOctalModesOnly() {
        done(afs.run(new byte[] {'a'}, "put", "-", SCRATCH + "/a"));
        done(afs.run("chmod", "600", SCRATCH + "/a"));
        assertThat(done(afs.run("ls", "-l", SCRATCH)).out()).startsWith("-rw-------");
        failed(afs.run("chmod", "u+x", SCRATCH + "/a"), ExitCode.WRONG_USAGE, "octal");
    }

    @Test
    void whoeverReadsNoLongerIsNotTold() {
        done(afs.run(data(3_000_000), "put", "-", SCRATCH + "/f"));
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Run cat = afs.run(new byte[0], gone, new ByteArrayOutputStream(), "cat", SCRATCH + "/f");
        Run ls = afs.run(new byte[0], gone, new ByteArrayOutputStream(), "ls", SCRATCH);
        assertThat(cat.exitCode()).isEqualTo(ExitCode.OUTPUT_GONE.code());
        assertThat(ls.exitCode()).isEqualTo(ExitCode.OUTPUT_GONE.code());
        assertThat(cat.err()).isEmpty();
    }

    static Run done(Run run) {
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE.code());
        return run;
    }

    static void failed(Run run, ExitCode code, String... words) {
        assertThat(run.err().lines()).singleElement().asString().startsWith("afs: ").contains(words);
        assertThat(run.exitCode()).isEqualTo(code.code());
        assertThat(run.out()).isEmpty();
    }

    private static byte[] data(int sizeBytes) {
        byte[] data = new byte[sizeBytes];
        new Random(sizeBytes).nextBytes(data);
        return data;
    }
}
