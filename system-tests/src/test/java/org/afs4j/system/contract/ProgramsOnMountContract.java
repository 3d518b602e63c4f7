package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.afs4j.system.mount.CProgram;
import org.afs4j.system.mount.MountedCell;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RepositoryRoot;
import org.afs4j.system.process.RequiredProgram;
import org.junit.jupiter.api.Test;

/// What everyday programs do on a mount of any cell.
public abstract class ProgramsOnMountContract extends MountOnCell {
    /// How many files one directory gets.
    protected abstract int manyFiles();

    @Test
    void gitKeepsARepositoryOfManyFiles() throws IOException {
        RequiredProgram.orSkip("/usr/bin/git", "git");
        assertThat(run("""
                export HOME=$PWD GIT_CONFIG_GLOBAL=$PWD/config
                git config --global user.email a@b; git config --global user.name n; git config --global gc.auto 0
                git init -q repository; cd repository
                for d in $(seq 0 19); do mkdir d$d; done
                for i in $(seq 2000); do echo "file $i" > d$((i % 20))/f$i; done
                git add -A; git commit -q -m one; git status --short | wc -l
                git gc -q; git fsck 2>&1
                cd ..; git clone -q repository clone 2>&1; cd clone; git ls-files | wc -l; git status --short | wc -l
                for i in $(seq 20 20 400); do echo more >> d0/f$i; done
                git commit -q -a -m two; git push -q origin HEAD:second; git gc -q; git fsck 2>&1; git log --oneline | wc -l
                git -C ../repository diff --shortstat HEAD second
                """)).isEqualTo("0\n2000\n0\n2\n 20 files changed, 20 insertions(+)\n");
    }

    @Test
    void mavenBuildsAndTestsAProject() throws IOException {
        Path model = RepositoryRoot.path().resolve("system-tests/src/test/resources/small-project/pom.xml");
        String repository = System.getProperty("localRepository", "");
        ForeignProgram.Outcome outcome = mount().shell("""
                        cd "$1"
                        mkdir -p project/src/main/java/small project/src/test/java/small; cd project; cp "$MODEL" pom.xml
                        cat > src/main/java/small/Greeting.java <<'END'
                        package small;
                        public class Greeting {
                            static String text() { return "Hello from a small project"; }
                            public static void main(String[] arguments) { System.out.println(text()); }
                        }
                        END
                        cat > src/test/java/small/GreetingTest.java <<'END'
                        package small;
                        import static org.junit.jupiter.api.Assertions.assertEquals;
                        import org.junit.jupiter.api.Test;
                        class GreetingTest {
                            @Test void saysHello() { assertEquals("Hello from a small project", Greeting.text()); }
                        }
                        END
                        mvn -o -B -ntp -q ${REPOSITORY:+"-Dmaven.repo.local=$REPOSITORY"} -Djunit.version="$JUNIT" -Dsurefire.version="$SUREFIRE" \\
                            -Dcompiler.version="$COMPILER" -Dresources.version="$RESOURCES" test > build.log || { cat build.log; exit 1; }
                        "$JAVA_HOME/bin/jar" --create --file small.jar --main-class small.Greeting -C target/classes .
                        "$JAVA_HOME/bin/java" -jar small.jar
                        ls target/surefire-reports/*.xml
                        """, directory())
                .with("MODEL", model.toString())
                .with("REPOSITORY", repository)
                .with("JAVA_HOME", System.getProperty("java.home"))
                .with("JUNIT", ofParent("<junit.version>([^<]+)<"))
                .with("SUREFIRE", ofParent("maven-surefire-plugin</artifactId>\\s*<version>([^<]+)<"))
                .with("COMPILER", ofParent("maven-compiler-plugin</artifactId>\\s*<version>([^<]+)<"))
                .with("RESOURCES", ofParent("maven-resources-plugin</artifactId>\\s*<version>([^<]+)<"))
                .run()
                .orThrow();
        assertThat(outcome.text()).isEqualTo("Hello from a small project\ntarget/surefire-reports/TEST-small.GreetingTest.xml\n");
    }

    /// What the build itself uses, so that it is there without a network.
    private static String ofParent(String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(Files.readString(RepositoryRoot.path().resolve("pom.xml")));
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    @Test
    void twoProcessesShareADatabaseWithARollbackJournal() throws IOException {
        RequiredProgram.orSkip("/usr/bin/sqlite3", "sqlite3");
        assertThat(run("""
                sqlite3 t.db 'pragma journal_mode=delete; create table t(a)'
                add() { for i in $(seq 20); do sqlite3 -cmd '.timeout 60000' t.db "insert into t values($i)"; done; }
                add & add; wait
                sqlite3 t.db 'select count(*), sum(a) from t; pragma integrity_check'
                """)).isEqualTo("delete\n40|420\nok\n");
    }

    @Test
    void rsyncCopiesATreeAndThenNothing() throws IOException {
        RequiredProgram.orSkip("/usr/bin/rsync", "rsync");
        assertThat(run("""
                local=$(mktemp -d); trap 'rm -r "$local"' EXIT
                mkdir -p $local/from/d $local/from/empty; for i in $(seq 200); do echo "file $i" > $local/from/d/f$i; done
                head -c 3000001 /dev/urandom > $local/from/large
                ln -s d/f1 $local/from/l; ln $local/from/d/f2 $local/from/d/g2; chmod 600 $local/from/d/f3; touch -d 1999-09-09 $local/from/d/f4
                rsync -aH $local/from/ to/; diff -r --no-dereference $local/from to; stat -c %h to/d/g2
                rsync -aH --itemize-changes --stats $local/from/ to/ > second
                grep -E '^[<>ch.*][fdLDS]' second || echo nothing; grep -o 'files transferred: .*' second
                echo change > $local/from/d/f7; rm $local/from/d/f8; rsync -aH --delete --itemize-changes $local/from/ to/ | sed 's/  *$//'
                rsync -aHc to/ $local/back/; rsync -aHc --itemize-changes $local/from/ $local/back/
                """)).isEqualTo("2\nnothing\nfiles transferred: 0\n*deleting   d/f8\n.d..t...... d/\n>f..t...... d/f7\n");
    }

    @Test
    void tarPacksAndUnpacksTimesModesAndLinks() throws IOException {
        assertThat(run("""
                local=$(mktemp -d); trap 'rm -r "$local"' EXIT
                mkdir -p $local/t/a/b $local/t/empty; for i in $(seq 100); do echo $i > $local/t/a/f$i; done
                ln $local/t/a/f1 $local/t/a/g1; ln -s ../f2 $local/t/a/b/l; ln -s nowhere/at/all $local/t/dangling
                touch -d '2002-02-02 02:02:02 UTC' $local/t/a/f3; chmod 600 $local/t/a/f4; chmod 755 $local/t/a/f5
                touch -d '2003-03-03 03:03:03 UTC' $local/t/a $local/t/empty; head -c 200000 /dev/urandom > $local/t/$(printf 'n%.0s' $(seq 120))
                tar cf t.tar -C $local t; tar xf t.tar; tar df t.tar && echo as packed; stat -c '%Y %a' t/a t/a/f3; stat -c '%a %h' t/a/f4 t/a/f5 t/a/g1
                tar cf $local/again.tar t; mkdir $local/x; tar xf $local/again.tar -C $local/x
                diff -r --no-dereference $local/t $local/x/t; tar df $local/again.tar -C $local && echo as it was
                """)).isEqualTo("as packed\n1046660583 755\n1012615322 644\n600 1\n755 1\n644 2\nas it was\n");
    }

    @Test
    void treesAreCopiedAndFoundAndRemoved() throws IOException {
        assertThat(run("""
                mkdir -p t/a/b; for i in $(seq 100); do echo $i > t/a/f$i; done; ln t/a/f1 t/a/g1; ln -s ../f2 t/a/b/l
                touch -d '2002-02-02 02:02:02 UTC' t/a/f3; chmod 600 t/a/f4
                cp -a t y; diff -r --no-dereference t y; readlink y/a/b/l; stat -c '%Y %h' y/a/g1 | cut -d' ' -f2; stat -c '%Y %a' y/a/f3
                stat -c %a y/a/f4 y/a/b/l
                find y -newer t/a/f3 -type f | wc -l; find t y -samefile y/a/g1 | sort
                find t y -delete; ls
                """)).isEqualTo("../f2\n2\n1012615322 644\n600\n777\n100\ny/a/f1\ny/a/g1\n");
    }

    @Test
    void whoReadsWhatAnEditorReplacesSeesTheOldOrTheNew() throws IOException {
        assertThat(run("""
                save() { # as editors do: what is there is kept under another name, the new text is synced and renamed
                    seq "$1" 20000 > .text.swp; sync .text.swp; ln -f text text~; mv .text.swp text
                }
                seq 1 20000 > text
                ( while [ ! -e done ]; do tail -n 1 text; done | sort | uniq -c | awk '{print $2}' > seen ) &
                for round in $(seq 2 15); do save $round; done; : > done; wait
                cat seen; head -n 1 text text~; ls -A
                """)).isEqualTo("20000\n==> text <==\n15\n\n==> text~ <==\n14\ndone\nseen\ntext\ntext~\n");
    }

    @Test
    void oneDirectoryHoldsManyFiles() throws IOException {
        int count = manyFiles();
        assertThat(run("mkdir many; cd many; for i in $(seq " + count + "); do : > f$i; done\n" + """
                ls | wc -l; find . -type f | sort -u | wc -l; rm f77 f1000; [ -e f78 ]; [ ! -e f77 ]; mv f78 f77; ls -U | wc -l
                cd ..; find many -delete; ls
                """)).isEqualTo(count + "\n" + count + "\n" + (count - 2) + "\n");
    }

    @Test
    void fioFindsWhatItWroteBySystemCallsAndThroughMappings() throws IOException {
        RequiredProgram.orSkip("/usr/bin/fio", "fio");
        try (MountedCell other = MountedCell.mount(cell().configuration())) {
            assertThat(run("other=" + other.mountPoint().resolve(directory()) + "\n" + """
                    verified() { # the engine, what to do, in which directory
                        cd "$3"
                        fio --name=v --filename=$1 --size=16M --bsrange=4k-128k --rw=randwrite --ioengine=$1 --randseed=11 --verify=crc32c \\
                            --verify_fatal=1 --verify_state_save=0 --end_fsync=1 $2 > /tmp/afs4j-fio.$$ 2>&1 || { cat /tmp/afs4j-fio.$$; exit 1; }
                        grep -c 'err= 0' /tmp/afs4j-fio.$$; rm /tmp/afs4j-fio.$$
                    }
                    for engine in sync mmap; do
                        (verified $engine --do_verify=1 .)
                        (verified $engine --verify_only "$other")
                    done
                    """)).isEqualTo("1\n1\n1\n1\n");
        }
    }

    @Test
    void twoMountsWriteDisjointRangesOfOneFileAtOnce() throws IOException {
        Path writer = CProgram.build("striped-writer");
        try (MountedCell other = MountedCell.mount(cell().configuration())) {
            // stripes of pages through mappings, and such as share pages by write(2)
            for (String stripes : new String[] {"8192 120", "5000 200", "777 1000", "1 1000"}) {
                String[] numbers = stripes.split(" ", -1);
                int bytes = Integer.parseInt(numbers[0]) * Integer.parseInt(numbers[1]);
                assertThat(run("writer=" + writer + " other=" + other.mountPoint().resolve(directory()) + " stripes='" + stripes + "'\n"
                        + "truncate -s " + bytes + " striped\n" + """
                        $writer striped $stripes 0 0 & $writer $other/striped $stripes 1 100; wait $!
                        $writer striped $stripes; $writer $other/striped $stripes
                        """)).isEqualTo((numbers[1] + " stripes are right\n").repeat(2));
                assertRight(cell().thirdParty().read(afsPath("striped")), Integer.parseInt(numbers[0]));
            }
        } finally {
            Files.delete(writer);
        }
    }

    private static void assertRight(byte[] bytes, int stripe) {
        for (int i = 0; i < bytes.length; i++) {
            int seed = i / stripe % 2 == 0 ? 0 : 100;
            if (bytes[i] != (byte) (seed + i * 31 + i / 251)) {
                throw new AssertionError("a third party finds byte " + i + " wrong");
            }
        }
    }
}
