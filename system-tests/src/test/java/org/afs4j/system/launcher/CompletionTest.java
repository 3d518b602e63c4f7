package org.afs4j.system.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.afs4j.system.mount.MountedCell;
import org.afs4j.system.process.ForeignProgram;
import org.junit.jupiter.api.Test;

/// `afs-completion.bash` knows what the command knows.
class CompletionTest {
    private static List<String> completed(String... words) throws IOException {
        List<String> line = Arrays.asList(words);
        String script = """
                . ./afs-completion.bash
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                _afs "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        String[] command = new String[4 + line.size()];
        command[0] = "bash";
        command[1] = "-ec";
        command[2] = script;
        command[3] = "bash";
        for (int i = 0; i < line.size(); i++) {
            command[4 + i] = line.get(i);
        }
        return ForeignProgram.of(command).run().orThrow().text().lines().filter(word -> !word.isEmpty()).toList();
    }

    private static String help(String... command) throws IOException {
        return ForeignProgram.of(MountedCell.afs(command).toArray(String[]::new)).run().orThrow().text();
    }

    @Test
    void completesEveryCommand() throws IOException {
        Matcher listed = Pattern.compile("(?m)^  ([a-z]+) +\\S.*").matcher(help("--help").split("Commands:", 2)[1].split("Exit codes:", 2)[0]);
        TreeSet<String> commands = new TreeSet<>();
        while (listed.find()) {
            commands.add(listed.group(1));
        }
        assertThat(commands).contains("mount", "demo");
        assertThat(completed("afs", "")).containsExactlyInAnyOrderElementsOf(commands);
        assertThat(completed("afs", "mo")).containsExactly("mount");
    }

    @Test
    void completesEveryWordOfAMount() throws IOException {
        Matcher words = Pattern.compile("As of mount\\(8\\): ([^;]+);").matcher(help("mount", "--help").replaceAll("\\s+", " "));
        assertThat(words.find()).isTrue();
        List<String> told = Arrays.stream(words.group(1).split(", ", -1)).map(word -> word.replaceAll("=.*", "=")).toList();
        assertThat(completed("afs", "mount", "-o", "")).containsExactlyInAnyOrderElementsOf(told);
        assertThat(completed("afs", "mount", "-o", "ro,al")).containsExactly("ro,allow_other");
        assertThat(completed("afs", "mount", "-o", "ro,uid", "=", "5,no")).containsExactly("5,noexec");
        assertThat(completed("afs", "mount", "-o", "ro", "/pro")).contains("/proc");
    }

    @Test
    void endsNothingThatIsNoMountOfFuse() throws IOException {
        assertThat(completed("afs", "umount", "/proc")).isEmpty();
    }
}
