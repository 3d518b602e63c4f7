package org.afs4j.system.mutant;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.jspecify.annotations.Nullable;

/// Runs one test class or method in a JVM of its own; says in one line what came of it, and all of a failure on standard error.
///
/// A test that fails has found something. What keeps a test from running at all (a class that does not load, a set-up or an engine
/// that fails, a JVM that does not start, whose exit code is 1) has found nothing, and ends otherwise.
final class OneTest {
    /// Every test passed.
    static final int PASSED = 0;
    /// There was no test to run.
    static final int NONE = 3;
    /// A test failed.
    static final int FAILED = 10;
    /// A test could not be run.
    static final int ERROR = 11;

    private static final int MOST_CAUSES = 5;

    /// What came of a test.
    ///
    /// @param code one of the exit codes
    /// @param failure what was thrown; null if nothing was
    record Result(int code, @Nullable Throwable failure) {}

    private OneTest() {}

    @SuppressWarnings({"SystemOut", "CatchAndPrintStackTrace"}) // its output is what its caller reads
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        Result result = run(arguments[0]);
        Throwable failure = result.failure;
        if (failure != null) {
            failure.printStackTrace();
            out.println(describe(failure));
        }
        System.exit(result.code);
    }

    /// Runs a test here.
    ///
    /// @param test a class, or a class, `#` and a method
    @SuppressWarnings("CatchingUnchecked") // an engine may throw whatever it likes
    static Result run(String test) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        try {
            DiscoverySelector selector =
                    test.contains("#") ? DiscoverySelectors.selectMethod(test) : DiscoverySelectors.selectClass(test);
            LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(selector).build(), listener);
        } catch (RuntimeException e) {
            return new Result(ERROR, e);
        }
        TestExecutionSummary summary = listener.getSummary();
        for (TestExecutionSummary.Failure failure : summary.getFailures()) {
            if (!failure.getTestIdentifier().isTest() || isLinkage(failure.getException())) {
                return new Result(ERROR, failure.getException());
            }
        }
        if (!summary.getFailures().isEmpty()) {
            return new Result(FAILED, summary.getFailures().getFirst().getException());
        }
        return new Result(summary.getTestsSucceededCount() == 0 ? NONE : PASSED, null);
    }

    /// Whether classes do not fit each other, or are not there.
    private static boolean isLinkage(Throwable failure) {
        return causes(failure).stream().anyMatch(LinkageError.class::isInstance);
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        Throwable cause = failure;
        while (cause != null && causes.size() < MOST_CAUSES) {
            causes.add(cause);
            cause = cause.getCause();
        }
        return causes;
    }

    private static String describe(Throwable failure) {
        return String.join(
                " | ",
                causes(failure).stream()
                        .map(cause -> String.valueOf(cause.getMessage()).replaceAll("\\s+", " ").strip())
                        .toList());
    }
}
