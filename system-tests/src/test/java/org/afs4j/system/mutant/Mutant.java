package org.afs4j.system.mutant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.afs4j.system.process.RepositoryRoot;
import org.jspecify.annotations.Nullable;

/// A fault that can be planted in the code, as a file of `mutants` describes it; `mutants/README.md` tells the format.
///
/// @param name the file's name without its ending
/// @param what what is wrong in it, in one line
/// @param rule the rules that it breaks
/// @param test the test that finds it: a class, or a class, `#` and a method
/// @param schedules how many schedules that test may explore until it does
/// @param edits what is replaced
record Mutant(String name, String what, String rule, String test, int schedules, List<Edit> edits) {
    private static final String DIRECTORY = "mutants";
    private static final String ENDING = ".mutant";

    /// A text that is replaced by another.
    ///
    /// @param file the source file, relative to the checkout's root
    /// @param before the text, which the file has exactly once
    /// @param after what stands there in the mutant
    record Edit(String file, String before, String after) {
        /// The file's text with the fault in it.
        ///
        /// @throws IllegalStateException if it does not have the text exactly once: the mutant has to follow the code
        String apply(String text) {
            int at = text.indexOf(before);
            if (at < 0 || text.indexOf(before, at + 1) >= 0) {
                throw new IllegalStateException(file + " does not have exactly once:\n" + before);
            }
            return text.substring(0, at) + after + text.substring(at + before.length());
        }
    }

    /// All mutants, by name.
    static List<Mutant> all() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (Stream<Path> files = Files.list(RepositoryRoot.path().resolve(DIRECTORY))) {
            for (Path file : files.filter(path -> path.toString().endsWith(ENDING)).sorted().toList()) {
                String fileName = String.valueOf(file.getFileName());
                mutants.add(parse(fileName.substring(0, fileName.length() - ENDING.length()), Files.readString(file)));
            }
        }
        return mutants;
    }

    static Mutant parse(String name, String text) {
        Map<String, String> heads = new HashMap<>();
        List<Edit> edits = new ArrayList<>();
        String file = "";
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        StringBuilder part = null;
        for (String line : text.lines().toList()) {
            switch (line) {
                case "<<<<" -> part = before;
                case "====" -> part = after;
                case ">>>>" -> {
                    part = null;
                    edits.add(new Edit(file, before.toString(), after.toString()));
                    before.setLength(0);
                    after.setLength(0);
                }
                default -> {
                    if (part != null) {
                        part.append(line).append('\n');
                    } else if (line.startsWith("file: ")) {
                        file = line.substring("file: ".length());
                    } else if (line.contains(": ")) {
                        heads.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(' ') + 1));
                    }
                }
            }
        }
        return new Mutant(
                name,
                head(name, heads.get("what")),
                head(name, heads.get("rule")),
                head(name, heads.get("test")),
                Integer.parseInt(heads.getOrDefault("schedules", "0")),
                List.copyOf(edits));
    }

    private static String head(String name, @Nullable String value) {
        if (value == null) {
            throw new IllegalStateException(name + ": not all of what, rule and test are there");
        }
        return value;
    }

    /// The mutated sources, by their files' paths.
    ///
    /// @throws IllegalStateException if an edit does not fit the code any more
    Map<String, String> sources() throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Edit edit : edits) {
            String text = sources.get(edit.file());
            sources.put(edit.file(), edit.apply(text != null ? text : Files.readString(RepositoryRoot.path().resolve(edit.file()))));
        }
        return sources;
    }
}
