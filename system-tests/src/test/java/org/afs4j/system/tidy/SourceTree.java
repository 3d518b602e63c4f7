package org.afs4j.system.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.afs4j.system.process.RepositoryRoot;

/// Every Java file of the checkout, parsed but not compiled.
final class SourceTree {
    /// A Java file.
    ///
    /// @param path relative to the checkout's root
    /// @param text its contents
    /// @param unit what the compiler's parser makes of it
    /// @param trees finds positions and comments in it
    record SourceFile(Path path, String text, CompilationUnitTree unit, DocTrees trees) {
        /// Whether it ships, in a module's main sources.
        boolean isMain() {
            return path.toString().contains("/src/main/java/");
        }

        /// The file's name without `.java`.
        String simpleName() {
            return path.getFileName().toString().replace(".java", "");
        }

        /// The Maven module it belongs to.
        String module() {
            return path.getName(0).toString();
        }
    }

    private final List<SourceFile> files;

    private SourceTree(List<SourceFile> files) {
        this.files = files;
    }

    /// Reads and parses the whole checkout, without what builds made.
    static SourceTree read() throws IOException {
        Path root = RepositoryRoot.path();
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = String.valueOf(directory.getFileName());
                boolean skipped = !directory.equals(root) && (name.equals("target") || name.startsWith("."));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return new SourceTree(parse(root, found));
    }

    private static List<SourceFile> parse(Path root, List<Path> paths) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<SourceFile> parsed = new ArrayList<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(problems, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, problems, List.of(), null, manager.getJavaFileObjectsFromPaths(paths));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                Path path = Path.of(unit.getSourceFile().toUri());
                parsed.add(new SourceFile(root.relativize(path), Files.readString(path), unit, trees));
            }
        }
        return parsed;
    }

    /// All Java files, in the order of their paths.
    List<SourceFile> all() {
        return files;
    }

    /// The files that ship: everything under `src/main/java`.
    List<SourceFile> main() {
        return files.stream().filter(SourceFile::isMain).toList();
    }

    /// The lines of a document, by its path from the root.
    static List<String> document(String path) {
        try {
            return Files.readAllLines(RepositoryRoot.path().resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
