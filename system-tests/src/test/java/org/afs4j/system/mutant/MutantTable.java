package org.afs4j.system.mutant;

import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.afs4j.system.process.ForeignProgram;

/// Plants each mutant, runs the test that has to find it, and prints a table; ends with 1 if one was not found, or its test could not be run.
///
/// A mutant's sources are compiled beside the classes that the build made, into a directory that comes before them on the class
/// path of a JVM of its own: neither the sources nor the build's output are touched.
final class MutantTable {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Pattern SEED = Pattern.compile("seed (\\d+)");
    private static final int MOST_WORDS = 100;

    private MutantTable() {}

    /// What came of a mutant.
    ///
    /// @param found whether the test failed
    /// @param ran whether it could be run at all
    /// @param schedule under which schedule or seed, if it said one
    /// @param words what it said
    private record Outcome(boolean found, boolean ran, String schedule, String words) {
        private static Outcome error(String words) {
            return new Outcome(false, false, "", inOneLine(words));
        }

        private String by(String test) {
            return found ? "`" + test + "`" : (ran ? "**not by** `" : "**error** in `") + test + "`";
        }
    }

    /// Runs the mutants whose names begin with one of the arguments; without any, all.
    @SuppressWarnings("SystemOut") // the table is its output
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        boolean allFound = true;
        out.println("| mutant | rules | found by | schedule | what the test said |");
        out.println("|---|---|---|---|---|");
        for (Mutant mutant : Mutant.all()) {
            if (arguments.length == 0 || List.of(arguments).stream().anyMatch(mutant.name()::startsWith)) {
                Outcome outcome = run(mutant);
                allFound &= outcome.found;
                String test = mutant.test().substring(mutant.test().lastIndexOf('.') + 1);
                out.println("| " + mutant.what() + " (`" + mutant.name() + "`) | " + mutant.rule() + " | "
                        + outcome.by(test) + " | " + outcome.schedule + " | "
                        + outcome.words + " |");
            }
        }
        System.exit(allFound ? 0 : 1);
    }

    private static Outcome run(Mutant mutant) throws IOException {
        Path overlay = Files.createTempDirectory("afs4j-mutant");
        try {
            compile(mutant, overlay);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-ea",
                    "-XX:+UseSerialGC",
                    "-Djdk.trackAllThreads=false",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dafs4j.root=" + System.getProperty("afs4j.root")));
            if (mutant.schedules() > 0) {
                command.add("-Dafs4j.schedules=" + mutant.schedules());
            }
            command.addAll(List.of(
                    "-cp", overlay.resolve("classes") + ":" + System.getProperty("java.class.path"), OneTest.class.getName(), mutant.test()));
            return judge(ForeignProgram.of(command.toArray(String[]::new)).within(LIMIT).run());
        } catch (IOException | IllegalStateException e) {
            return Outcome.error(String.valueOf(e.getMessage()));
        } finally {
            delete(overlay);
        }
    }

    private static Outcome judge(ForeignProgram.Outcome outcome) {
        String words = outcome.text().lines().reduce("", (_, last) -> last);
        Matcher seed = SEED.matcher(words);
        String schedule = seed.find() ? seed.group(1) : "";
        return switch (outcome.exitCode()) {
            case OneTest.FAILED -> new Outcome(true, true, schedule, inOneLine(words));
            case OneTest.PASSED -> new Outcome(false, true, "", "it passed");
            default -> Outcome.error("exit code " + outcome.exitCode() + ": " + words + " " + outcome.errors());
        };
    }

    private static void compile(Mutant mutant, Path overlay) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : mutant.sources().entrySet()) {
            Path file = overlay.resolve(source.getKey().substring(source.getKey().indexOf("java/")));
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        Path classes = Files.createDirectories(overlay.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
                StringWriter said = new StringWriter()) {
            List<String> options =
                    List.of("-proc:none", "-parameters", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            if (!compiler.getTask(said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files)).call()) {
                throw new IOException("the mutant does not compile: " + said);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String inOneLine(String words) {
        String line = words.replaceAll("\\s+", " ").replace('|', '/').strip();
        return line.length() <= MOST_WORDS ? line : line.substring(0, MOST_WORDS) + "…";
    }
}
