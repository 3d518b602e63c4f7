package org.afs4j.system.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.afs4j.system.mount.CProgram;
import org.afs4j.system.mount.MappedReader;
import org.afs4j.system.mount.MountedCell;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.Test;

/// What a mount promises on any cell.
public abstract class MountContract extends MountOnCell {
    private static final long SEED = new Random().nextLong(1_000_000);

    @Test
    void aProgramThatOnlyReadsMemorySeesEveryChangeOfAThirdParty_MM3() throws IOException {
        run("head -c 4096 /dev/zero > watched");
        try (MappedReader reader = MappedReader.start(mount().mountPoint().resolve(directory()).resolve("watched"), 100)) {
            for (int change = 1; change <= 100; change++) {
                cell().thirdParty().overwrite(afsPath("watched"), 0, new byte[] {(byte) change});
                assertThat(reader.nextByte()).as("change %d", change).isEqualTo(change);
            }
        }
    }

    @Test
    void aChangeThatTheServerForgotToTellOfIsSeenAfterAProbe_MM5() throws IOException {
        run("head -c 4096 /dev/zero > watched");
        try (MappedReader reader = MappedReader.start(mount().mountPoint().resolve(directory()).resolve("watched"), 1)) {
            cell().restartWithoutCallbackState();
            cell().thirdParty().overwrite(afsPath("watched"), 0, new byte[] {42});
            assertThat(reader.nextByte()).isEqualTo(42);
        }
    }

    /// What a mount calls itself when it is asked.
    String toldCommand() {
        return "mount";
    }

    @Test
    void tellsTheStateOfItsCacheToWhoAsks() throws IOException {
        run("echo contents > file; cat file");
        String told = ForeignProgram.of(MountedCell.afs("status", "--json", Long.toString(mount().pid())).toArray(String[]::new))
                .run()
                .orThrow()
                .text();
        assertThat(told).contains("\"command\":\"" + toldCommand() + "\"").contains("\"name\":\"scratch\"").contains("\"dirtyBytes\":0");
    }

    @Test
    void namesThatAThirdPartyMakesAreSeenThoughTheirAbsenceWasCached() throws IOException {
        assertThat(run("[ -e new ] || echo none; ls")).isEqualTo("none\n");
        cell().thirdParty().write(afsPath("new"), "theirs".getBytes(UTF_8));
        assertThat(run("for i in $(seq 500); do if [ -e new ]; then break; fi; done; cat new; echo; ls")).isEqualTo("theirs\nnew\n");
    }

    @Test
    void whatIsWrittenAndClosedIsThereForAThirdParty() throws IOException {
        run("printf abc > ours; printf def >> ours");
        assertThat(cell().thirdParty().read(afsPath("ours"))).isEqualTo("abcdef".getBytes(UTF_8));
    }

    @Test
    void copiesAndComparesDataOfManyPages() throws IOException {
        assertThat(run("""
                head -c 9000001 /dev/urandom > /tmp/afs4j-data.$$
                cp /tmp/afs4j-data.$$ a
                cp a b
                cmp /tmp/afs4j-data.$$ b
                rm /tmp/afs4j-data.$$
                stat -c %s a b
                """)).isEqualTo("9000001\n9000001\n");
    }

    @Test
    void namesAreMadeLinkedRenamedAndRemoved() throws IOException {
        assertThat(run("""
                mkdir -p d/e; echo 1 > d/e/f; mv d/e/f d/g; ln d/g d/h; stat -c '%h' d/g d/h
                ln -s d/g l; readlink l; cat l
                echo 2 > new; mv new d/g; cat d/g; cat d/h
                rm d/h d/g; rmdir d/e d
                ls
                """)).isEqualTo("2\n2\nd/g\n1\n2\n1\nl\n");
    }

    @Test
    void timesModesAndSizesAreKept() throws IOException {
        assertThat(run("""
                echo data > f; touch -d '2001-02-03 04:05:06 UTC' f; chmod 640 f
                stat -c '%Y %a' f
                truncate -s 3 f; stat -c %s f; truncate -s 10 f; stat -c %s f; od -An -c f | tr -d ' \\n'
                """)).isEqualTo("981173106 640\n3\n10\ndat\\0\\0\\0\\0\\0\\0\\0");
    }

    @Test
    void aFileThatLostItsNameWhileItIsOpenStaysUsable() throws IOException {
        assertThat(run("""
                echo kept > f; exec 3< f; rm f; ls -A; cat <&3; stat -L -c %h /proc/self/fd/3
                echo old > t; exec 4< t; echo new > n; mv n t; cat <&4; cat t
                exec 3<&- 4<&-
                for i in $(seq 1000); do case $(ls -A) in *__afs*) ;; *) break ;; esac; done # the kernel tells of a close afterwards
                ls -A
                """)).isEqualTo("kept\n0\nold\nnew\nt\n");
    }

    @Test
    void whatAfsCannotHoldIsRefusedAsProgramsExpect() throws IOException {
        assertThat(run("""
                mkfifo p 2>&1 || true
                mkdir d; echo x > f; ln f d/f 2>&1 || true
                touch $(printf 'n%.0s' $(seq 256)) 2>&1 | grep -o 'File name too long'
                truncate -s 4E f 2>&1 | grep -o 'File too large'
                chown 12345 f 2>&1 | grep -o 'Operation not permitted'
                """))
                .contains("p': Operation not permitted", "Invalid cross-device link", "File name too long", "File too large")
                .endsWith("Operation not permitted\n");
    }

    @Test
    void listsADirectoryOfManyNamesWholly() throws IOException {
        assertThat(run("mkdir m; cd m; for i in $(seq 1500); do : > file$i; done; ls | wc -l; ls -li | awk 'NR>1{print $1}' | sort -u | wc -l; rm -r ../m"))
                .isEqualTo("1500\n1500\n");
    }

    @Test
    void aFileExercisedInEveryWayIsWhatAnArrayIs() throws IOException {
        Path exerciser = CProgram.build("file-exerciser");
        try {
            assertThat(run(exerciser + " 20000 " + SEED + " 300000 $PWD/exercised")).contains("no mismatch");
        } finally {
            Files.delete(exerciser);
        }
    }

    @Test
    void aFileExercisedByTwoMountsInTurnIsWhatAnArrayIs() throws IOException {
        Path exerciser = CProgram.build("file-exerciser");
        try (MountedCell other = MountedCell.mount(cell().configuration())) {
            String second = other.mountPoint().resolve(directory()).resolve("exercised").toString();
            assertThat(run(exerciser + " 3000 " + SEED + " 200000 $PWD/exercised " + second)).contains("no mismatch");
        } finally {
            Files.delete(exerciser);
        }
    }

    @Test
    void anOpenShowsHowLongAnotherMadeTheFileBefore() throws IOException {
        Path program = CProgram.build("grown-file");
        try (MountedCell other = MountedCell.mount(cell().configuration())) {
            String second = other.mountPoint().resolve(directory()).resolve("grown").toString();
            assertThat(run(program + " 300 $PWD/grown " + second)).startsWith("300 times");
        } finally {
            Files.delete(program);
        }
    }

    @Test
    void aLockKeepsOtherClientsOutUntilItIsGivenUp() throws IOException {
        try (MountedCell other = MountedCell.mount(cell().configuration())) {
            assertThat(run("other=" + other.mountPoint().resolve(directory()) + "\n" + """
                    echo old > f; exec 3<> f; flock 3; cat "$other/f"
                    flock -n "$other/f" true || echo kept out
                    flock -ns "$other/f" true || echo kept out
                    flock "$other/f" cat "$other/f" 3<&- & waiting=$!
                    echo new > f; flock -u 3; wait $waiting
                    exec 4<> "$other/f"; flock -s 4
                    flock -s f echo shared
                    """)).isEqualTo("old\nkept out\nkept out\nnew\nshared\n");
        }
    }

    @Test
    void whoWaitsForALockCanBeKilled() throws IOException {
        assertThat(run("""
                exec 3<> f; flock 3
                flock f true 3<&- & flock -s f true 3<&- &
                kill %1 %2; wait %1 || echo killed; wait %2 || echo killed
                flock -u 3; flock f echo free
                """)).isEqualTo("killed\nkilled\nfree\n");
    }

    @Test
    void rangesAreLockedByProcessesAndGivenUpByAnyClose() throws IOException {
        RequiredProgram.orSkip("/usr/bin/python3", "python3");
        assertThat(run("""
                cat > try.py <<'END'
                import fcntl, os, struct, sys
                file = open("f", "r+")
                try:
                    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, int(sys.argv[1]))
                    print("taken")
                except OSError as e:
                    print(os.strerror(e.errno))
                asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
                kind, _, start, length, process = struct.unpack("hhqqi4x", fcntl.fcntl(file, fcntl.F_GETLK, asked))
                print("free" if kind == fcntl.F_UNLCK else (start, length, process == os.getppid()))
                END
                cat > hold.py <<'END'
                import fcntl, subprocess
                file = open("f", "w+")
                fcntl.lockf(file, fcntl.LOCK_EX, 10, 0)
                for place in "5", "50":
                    print(subprocess.run(["python3", "try.py", place], capture_output=True, text=True, check=True).stdout, end="")
                open("f").close()
                print(subprocess.run(["python3", "try.py", "5"], capture_output=True, text=True, check=True).stdout, end="")
                END
                python3 hold.py
                """)).isEqualTo("Resource temporarily unavailable\n(0, 10, True)\ntaken\n(0, 10, True)\ntaken\nfree\n");
    }

    @Test
    void tellsRoomAndWhereAFileIs() throws IOException {
        assertThat(run("stat -f -c %l .")).isEqualTo("255\n");
    }

    @Test
    void aSecondMountOnTheSamePointIsRefused() throws IOException {
        ForeignProgram.Outcome second = ForeignProgram.of(
                        MountedCell.afs("mount", "--config", "/nonexistent", mount().mountPoint().toString()).toArray(new String[0]))
                .run();
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors()).contains("mounted on it already").contains("afs umount");
    }

    @Test
    void aBusyMountPointSaysWhoHoldsIt() throws Exception {
        Process holder = new ProcessBuilder("bash", "-c", "cd \"$1\" && echo here && read line", "bash", mount().mountPoint().toString()).start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("here");
            ForeignProgram.Outcome busy = ForeignProgram.of(
                            MountedCell.afs("umount", mount().mountPoint().toString()).toArray(new String[0]))
                    .run();
            assertThat(busy.exitCode()).isEqualTo(1);
            assertThat(busy.errors()).contains("is in use by bash (" + holder.pid() + ")");
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }
}
