package org.afs4j.system.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.afs4j.system.tidy.SourceTree.SourceFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

class TidyTest {
    /// A reader holds this much in the head; a longer file does two things.
    private static final int MOST_LINES_OF_A_FILE = 500;

    /// A larger package has a seam somewhere.
    private static final int MOST_TYPES_OF_A_PACKAGE = 25;

    private static final Pattern EMPTY_NAME = Pattern.compile("\\w*(Manager|Helper|Utils?|Impl)");

    /// What makes code depend on more than its seed.
    private static final Set<String> OUTSIDE_THE_WORLD = Set.of(
            "System.nanoTime", "System.currentTimeMillis", "Thread.sleep", "Thread.ofVirtual", "Thread.ofPlatform",
            "Thread.startVirtualThread", "Instant.now", "Clock.systemUTC", "LocalDateTime.now", "ThreadLocalRandom.current",
            "Math.random", "UUID.randomUUID", "LockSupport.parkNanos", "TimeUnit.sleep", "Executors.newCachedThreadPool",
            "Executors.newFixedThreadPool", "Executors.newVirtualThreadPerTaskExecutor",
            "Executors.newScheduledThreadPool");

    private static final Set<String> MADE_OUTSIDE_THE_WORLD = Set.of("Thread", "Random", "SecureRandom", "Timer");

    /// Who may touch the real clock, real randomness and real threads, each with the reason.
    private static final Map<String, String> MAY_LEAVE_THE_WORLD = Map.of(
            "SystemWorld", "is the real world",
            "AlarmClock", "rings the real world's alarms",
            "SimulatedWorld", "makes the simulated world's threads and measures its own patience",
            "UdpPort", "waits for real datagrams on a thread of its own",
            "BatchedUdpPort", "waits for real datagrams on a thread of its own",
            "DeviceThreads", "waits inside the kernel, which would take a virtual thread's carrier away",
            "Ending", "gives the JVM the thread that runs when the process is told to end");

    private static SourceTree tree;

    @BeforeAll
    static void readTheSources() throws IOException {
        tree = SourceTree.read();
        assertThat(tree.main()).as("main sources").hasSizeGreaterThan(10);
    }

    @Test
    void noFileIsLongerThanAReaderHoldsInTheHead() {
        assertThat(tree.all().stream()
                        .filter(file -> file.text().lines().count() > MOST_LINES_OF_A_FILE)
                        .map(file -> file.path() + ": " + file.text().lines().count() + " lines"))
                .isEmpty();
    }

    @Test
    void noPackageHasMoreTypesThanAReaderSurveys() {
        Map<String, Integer> types = new TreeMap<>();
        for (SourceFile file : tree.main()) {
            types.merge(String.valueOf(file.path().getParent()), file.unit().getTypeDecls().size(), Integer::sum);
        }
        assertThat(types.entrySet()).allMatch(entry -> entry.getValue() <= MOST_TYPES_OF_A_PACKAGE);
    }

    @Test
    void noTypeHasANameThatSaysNothing() {
        List<String> found = new ArrayList<>();
        for (SourceFile file : tree.all()) {
            new SourceScanner(file) {
                @Override
                public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
                    if (EMPTY_NAME.matcher(type.getSimpleName()).matches()) {
                        found.add(at(type) + " " + type.getSimpleName());
                    }
                    return super.visitClass(type, null);
                }
            }.walk();
        }
        assertThat(found).isEmpty();
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIs() {
        Set<String> packages = new TreeSet<>();
        Set<String> marked = new TreeSet<>();
        for (SourceFile file : tree.all()) {
            boolean generated = file.module().equals("benchmarks") && !file.isMain();
            if (file.simpleName().equals("module-info") || generated) {
                continue;
            }
            // tests beside the code share its package, and so its mark
            String name = file.module() + " " + file.unit().getPackageName();
            packages.add(name);
            if (file.simpleName().equals("package-info")
                    && file.text().contains("@NullMarked\npackage ")
                    && file.text().startsWith("///")) {
                marked.add(name);
            }
        }
        assertThat(packages).isEqualTo(marked);
    }

    @Test
    void mainCodeTakesTimeRandomnessAndThreadsFromTheWorldOnly() {
        List<String> found = new ArrayList<>();
        for (SourceFile file : tree.main()) {
            if (MAY_LEAVE_THE_WORLD.containsKey(file.simpleName()) || file.module().equals("benchmarks")) {
                continue;
            }
            new SourceScanner(file) {
                @Override
                public @Nullable Void visitMemberSelect(MemberSelectTree selected, @Nullable Void none) {
                    report(selected.toString());
                    return super.visitMemberSelect(selected, null);
                }

                @Override
                public @Nullable Void visitMemberReference(
                        MemberReferenceTree reference, @Nullable Void none) {
                    report(reference.getQualifierExpression() + "." + reference.getName());
                    return super.visitMemberReference(reference, null);
                }

                @Override
                public @Nullable Void visitNewClass(NewClassTree made, @Nullable Void none) {
                    if (MADE_OUTSIDE_THE_WORLD.contains(made.getIdentifier().toString())) {
                        found.add(at(made) + " new " + made.getIdentifier());
                    }
                    return super.visitNewClass(made, null);
                }

                private void report(String name) {
                    if (OUTSIDE_THE_WORLD.contains(name)) {
                        found.add(file.path() + " " + name);
                    }
                }
            }.walk();
        }
        assertThat(found).isEmpty();
    }

    @Test
    void whoMayLeaveTheWorldIsNeverMoreThanThereIs() {
        Set<String> names = new TreeSet<>();
        tree.main().forEach(file -> names.add(file.simpleName()));
        assertThat(names).containsAll(MAY_LEAVE_THE_WORLD.keySet());
    }

    @Test
    void noTestSleepsAndNoneIsDisabled() {
        List<String> found = new ArrayList<>();
        for (SourceFile file : tree.all()) {
            if (file.isMain()) {
                continue;
            }
            new SourceScanner(file) {
                @Override
                public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void none) {
                    String name = call.getMethodSelect().toString();
                    if (name.equals("Thread.sleep") || name.matches("(TimeUnit\\.)?[A-Z]+\\.sleep") || name.endsWith("parkNanos")) {
                        found.add(at(call) + " " + name);
                    }
                    return super.visitMethodInvocation(call, null);
                }

                @Override
                public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void none) {
                    if (annotation.getAnnotationType().toString().equals("Disabled")) {
                        found.add(at(annotation) + " @Disabled");
                    }
                    return super.visitAnnotation(annotation, null);
                }
            }.walk();
        }
        assertThat(found).isEmpty();
    }

    @Test
    void nothingIsPutOffInAComment() {
        // written so that this line does not find itself
        Pattern putOff = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
        assertThat(tree.all().stream().filter(file -> putOff.matcher(file.text()).find()).map(SourceFile::path))
                .isEmpty();
    }

    @Test
    void everythingPublicInAnExportedPackageIsDocumentedInMarkdown() {
        Set<String> exported = new TreeSet<>();
        for (SourceFile file : tree.main()) {
            new SourceScanner(file) {
                @Override
                public @Nullable Void visitExports(ExportsTree exports, @Nullable Void none) {
                    exported.add(exports.getPackageName().toString());
                    return null;
                }
            }.walk();
        }
        List<String> undocumented = new ArrayList<>();
        for (SourceFile file : tree.main()) {
            assertThat(file.text()).as("%s: comments are Markdown", file.path()).doesNotContain("/**");
            if (file.unit().getPackageName() != null
                    && exported.contains(file.unit().getPackageName().toString())) {
                new UndocumentedPublicApi(file, undocumented).walk();
            }
        }
        assertThat(undocumented).isEmpty();
    }

    /// Collects what is public, as far as its enclosing types are, and has no comment.
    private static final class UndocumentedPublicApi extends SourceScanner {
        private final List<String> found;

        UndocumentedPublicApi(SourceFile file, List<String> found) {
            super(file);
            this.found = found;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void none) {
            if (!isPublic(type.getModifiers())) {
                return null;
            }
            require(type, type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
            boolean inherited = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
            boolean ofRecord = method.getName().contentEquals("<init>")
                    && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD; // its @params say all
            if (!inherited && !ofRecord && isPublic(method.getModifiers())) {
                require(method, method.getName().toString());
            }
            return null;
        }

        private boolean isPublic(ModifiersTree modifiers) {
            Tree parent = getCurrentPath().getParentPath().getLeaf();
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || (parent.getKind() == Tree.Kind.INTERFACE && !modifiers.getFlags().contains(Modifier.PRIVATE));
        }

        private void require(Tree tree, String name) {
            DocCommentTree comment = file().trees().getDocCommentTree(getCurrentPath());
            if (comment == null || comment.getFullBody().isEmpty()) {
                found.add(at(tree) + " " + name);
            }
        }
    }
}
