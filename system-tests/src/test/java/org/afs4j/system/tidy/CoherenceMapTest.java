package org.afs4j.system.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.afs4j.system.tidy.SourceTree.SourceFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `docs/COHERENCE.md` maps each rule to the code that keeps it and to the tests that hold it up; here the map is held to the sources.
class CoherenceMapTest {
    private static final Pattern ROW = Pattern.compile("\\| ((?:(?:CB|MM|PC|PIN)-\\d+(?:, )?)+)(?:, pages)? \\| (.*) \\| (.*) \\|");
    private static final Pattern RULE = Pattern.compile("(?:CB|MM|PC|PIN)-\\d+");
    private static final Pattern CODE = Pattern.compile("`([\\w.]+)`");

    private record Row(List<String> rules, List<String> code, List<String> tests) {}

    private static final List<Row> ROWS = new ArrayList<>();
    private static SourceTree tree;

    @BeforeAll
    static void readTheMap() throws IOException {
        tree = SourceTree.read();
        for (String line : SourceTree.document("docs/COHERENCE.md")) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                ROWS.add(new Row(all(RULE, row.group(1)), all(CODE, row.group(2)), all(CODE, row.group(3))));
            }
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(match.groupCount())).toList();
    }

    private static Stream<String> numbered(String kind, int last) {
        return IntStream.rangeClosed(1, last).mapToObj(number -> kind + "-" + number);
    }

    /// The test sources in which a test is that the map names: as a class, as a method, or as both.
    private static List<SourceFile> sourcesOf(String test) {
        String[] parts = test.split("\\.", -1);
        String last = parts[parts.length - 1];
        boolean isClass = Character.isUpperCase(last.charAt(0));
        return tree.all().stream()
                .filter(file -> !file.isMain())
                .filter(file -> parts.length == 1 || file.simpleName().equals(parts[0]))
                .filter(file -> isClass ? file.simpleName().equals(last) : file.text().contains(" " + last + "("))
                .toList();
    }

    @Test
    void everyRuleIsInTheMap() {
        Set<String> mapped = new TreeSet<>();
        ROWS.forEach(row -> mapped.addAll(row.rules));
        Set<String> rules = new TreeSet<>();
        Stream.of(numbered("CB", 14), numbered("MM", 11), numbered("PC", 9), numbered("PIN", 6))
                .flatMap(kind -> kind)
                .forEach(rules::add);
        assertThat(mapped).containsAll(rules);
    }

    @Test
    void everyTestInTheMapIsThere() {
        for (Row row : ROWS) {
            assertThat(row.tests).as("tests of %s", row.rules).isNotEmpty();
            for (String test : row.tests) {
                List<SourceFile> sources = sourcesOf(test);
                assertThat(sources).as("sources of %s, for %s", test, row.rules).isNotEmpty();
            }
        }
    }

    @Test
    void everyRuleIsNamedByATestThatTheMapHasForIt() {
        for (Row row : ROWS) {
            for (String rule : row.rules) {
                Pattern named = Pattern.compile("\\b" + rule + "\\b");
                assertThat(row.tests.stream().flatMap(test -> sourcesOf(test).stream()))
                        .as("tests that name %s", rule)
                        .anyMatch(file -> named.matcher(file.text()).find());
            }
        }
    }

    @Test
    void allCodeInTheMapIsThere() {
        for (Row row : ROWS) {
            for (String code : row.code) {
                String name = code.substring(code.indexOf('.') + 1);
                String type = code.contains(".") ? code.substring(0, code.indexOf('.')) : code;
                assertThat(tree.main().stream())
                        .as("code of %s: %s", row.rules, code)
                        .anyMatch(file -> code.contains(".")
                                ? file.simpleName().equals(type) && file.text().contains(name)
                                : file.simpleName().equals(code) || file.text().contains(" " + code + "("));
            }
        }
    }
}
