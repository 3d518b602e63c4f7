package org.afs4j.system.mutant;

import java.io.PrintStream;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Runs one test class or method in a JVM of its own; says in one line what came of it, and all of a failure on standard error.
final class OneTest {
    /// Every test passed.
    static final int PASSED = 0;
    /// A test failed.
    static final int FAILED = 1;
    /// There was no test to run.
    static final int NONE = 3;

    private static final int MOST_CAUSES = 5;

    private OneTest() {}

    @SuppressWarnings({"SystemOut", "CatchAndPrintStackTrace"}) // its output is what its caller reads
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        DiscoverySelector selector = arguments[0].contains("#")
                ? DiscoverySelectors.selectMethod(arguments[0])
                : DiscoverySelectors.selectClass(arguments[0]);
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(selector).build(), listener);
        List<TestExecutionSummary.Failure> failures = listener.getSummary().getFailures();
        if (!failures.isEmpty()) {
            failures.getFirst().getException().printStackTrace();
            out.println(describe(failures.getFirst().getException()));
        }
        System.exit(!failures.isEmpty() ? FAILED : listener.getSummary().getTestsSucceededCount() == 0 ? NONE : PASSED);
    }

    private static String describe(Throwable failure) {
        StringBuilder words = new StringBuilder();
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            words.append(i == 0 ? "" : " | ").append(String.valueOf(cause.getMessage()).replaceAll("\\s+", " ").strip());
            cause = cause.getCause();
        }
        return words.toString();
    }
}
