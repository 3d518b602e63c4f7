package org.afs4j.testkit.pagecache.model;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.testkit.pagecache.InMemoryBacking;
import org.junit.jupiter.api.Test;

/// PC-1, PC-2, PC-5, PC-6, PC-8, PC-9, PIN-1, PIN-2, MM-2, MM-8, CB-13: whatever several threads do to several files at the same time,
/// the files are what arrays would be. A failure prints the shortest script that was found to fail.
abstract class ThreadedModelContract {
    /// The system property that says how many operations a run of the test does.
    static final String OPERATIONS_PROPERTY = "afs4j.model.operations";

    /// The system property that says with which script it begins, to replay one.
    static final String FIRST_PROPERTY = "afs4j.model.first";

    private static final int USUALLY = 20_000;
    private static final int OPERATIONS_A_SCRIPT = 250;

    /// Makes the backing under test.
    abstract BiFunction<InMemoryBacking, Random, PageBacking> backing();

    @Test
    void isWhatArraysWouldBeWithSeveralThreads() {
        int operations = Integer.getInteger(OPERATIONS_PROPERTY, USUALLY);
        int first = Integer.getInteger(FIRST_PROPERTY, 0);
        for (int seed = first; (seed - first) * OPERATIONS_A_SCRIPT < operations; seed++) {
            check(new ModelRun(seed, backing()), Operation.script(seed, OPERATIONS_A_SCRIPT));
        }
    }

    /// Runs a script; if it fails, shrinks it.
    ///
    /// @throws AssertionError with the shortest script
    static void check(ModelRun run, List<Operation> script) {
        try {
            run.run(script);
        } catch (RuntimeException failure) {
            List<Operation> shortest = Shrinker.shrink(script, shorter -> fails(run, shorter));
            String lines = shortest.stream().map(Operation::toString).collect(Collectors.joining("\n  "));
            throw new AssertionError("seed " + run.seed() + " fails with " + shortest.size() + " operations:\n  " + lines, failureOf(run, shortest, failure));
        }
    }

    private static RuntimeException failureOf(ModelRun run, List<Operation> script, RuntimeException otherwise) {
        try {
            run.run(script);
            return otherwise;
        } catch (RuntimeException failure) {
            return failure;
        }
    }

    private static boolean fails(ModelRun run, List<Operation> script) {
        try {
            run.run(script);
            return false;
        } catch (RuntimeException failure) {
            return true;
        }
    }
}
