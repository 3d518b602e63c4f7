package org.afs4j.system.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.RequiresTree;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.afs4j.base.lock.LockRank;
import org.afs4j.system.tidy.SourceTree.SourceFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What documents say and code does, held together.
class DocumentsTest {
    private static final String OURS = "org.afs4j.";

    @Test
    void lockingListsExactlyTheRanksInTheirOrderWithTheirProperties() {
        Pattern row = Pattern.compile("\\| \\d+ \\| `(\\w+)` \\|[^|]*\\| (yes|no) \\| (yes|no) \\|.*");
        List<String> documented = SourceTree.document("docs/LOCKING.md").stream()
                .map(row::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1) + " several:" + match.group(2) + " calls:" + match.group(3))
                .toList();
        List<String> declared = Arrays.stream(LockRank.values())
                .map(rank -> rank + " several:" + yesOrNo(rank.several()) + " calls:" + yesOrNo(rank.heldAcrossCalls()))
                .toList();
        assertThat(documented).isEqualTo(declared);
    }

    @Test
    void everyNestedPairInLockingDescendsTheRanks() {
        Pattern pair = Pattern.compile("\\| `(\\w+)` > `(\\w+)` \\|.*");
        List<String> ranks = Arrays.stream(LockRank.values()).map(Enum::name).toList();
        List<Matcher> pairs = SourceTree.document("docs/LOCKING.md").stream()
                .map(pair::matcher)
                .filter(Matcher::matches)
                .toList();
        for (Matcher match : pairs) {
            assertThat(ranks).as(match.group()).contains(match.group(1), match.group(2));
            int outer = ranks.indexOf(match.group(1));
            int inner = ranks.indexOf(match.group(2));
            boolean several = outer == inner && LockRank.valueOf(match.group(1)).several();
            assertThat(outer < inner || several).as(match.group()).isTrue();
        }
    }

    @Test
    void theArrowsBetweenModulesAreThoseInTheArchitecture() throws IOException {
        Map<String, Set<String>> declared = new TreeMap<>();
        for (SourceFile file : SourceTree.read().main()) {
            if (file.simpleName().equals("module-info")) {
                new SourceScanner(file) {
                    @Override
                    public @Nullable Void visitModule(ModuleTree module, @Nullable Void none) {
                        declared.put(ourName(module.getName().toString()), new TreeSet<>());
                        return super.visitModule(module, null);
                    }

                    @Override
                    public @Nullable Void visitRequires(RequiresTree requires, @Nullable Void none) {
                        String used = requires.getModuleName().toString();
                        if (used.startsWith(OURS)) {
                            declared.computeIfAbsent(file.module(), name -> new TreeSet<>()).add(ourName(used));
                        }
                        return null;
                    }
                }.walk();
            }
        }
        Map<String, Set<String>> documented = documentedArrows();
        assertThat(documented.keySet()).containsAll(declared.keySet());
        declared.forEach((module, used) ->
                assertThat(documented.get(module)).as("what %s may use", module).containsAll(used));
    }

    @Test
    void noModuleUsesItselfByAnyWay() {
        Map<String, Set<String>> arrows = documentedArrows();
        for (String module : arrows.keySet()) {
            Set<String> reached = new TreeSet<>();
            reach(module, arrows, reached);
            assertThat(reached).as("what %s reaches", module).doesNotContain(module);
        }
    }

    @Test
    void everyCheckThatIsSwitchedOffHasItsReason() throws IOException {
        String testing = String.join("\n", SourceTree.document("docs/TESTING.md"));
        String pom = String.join("\n", SourceTree.document("pom.xml"));
        Matcher off = Pattern.compile("-Xep:(\\w+):OFF").matcher(pom);
        while (off.find()) {
            assertThat(testing).containsPattern("(?m)^\\| `" + off.group(1) + "` \\| \\S");
        }
        Matcher lint = Pattern.compile("-Xlint:all((?:,-\\w+)*)").matcher(pom);
        assertThat(lint.find()).isTrue();
        for (String name : lint.group(1).replaceFirst("^,-", "").split(",-", -1)) {
            assertThat(testing.contains("| `-Xlint:-" + name + "` | ")).as(name).isTrue();
        }
    }

    /// The lines of the block that begins with "module -> what it uses" in the architecture.
    private static Map<String, Set<String>> documentedArrows() {
        Pattern line = Pattern.compile("(\\S+) +─► (.*)");
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (String text : SourceTree.document("docs/ARCHITECTURE.md")) {
            Matcher match = line.matcher(text);
            if (match.matches()) {
                arrows.put(match.group(1), new TreeSet<>(List.of(match.group(2).trim().split(" +"))));
            }
        }
        return arrows;
    }

    private static void reach(String module, Map<String, Set<String>> arrows, Set<String> reached) {
        for (String used : arrows.getOrDefault(module, Set.of())) {
            if (reached.add(used)) {
                reach(used, arrows, reached);
            }
        }
    }

    private static String ourName(String module) {
        return module.replace(OURS, "");
    }

    private static String yesOrNo(boolean value) {
        return value ? "yes" : "no";
    }
}
