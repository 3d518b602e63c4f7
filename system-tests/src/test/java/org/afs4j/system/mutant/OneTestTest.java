package org.afs4j.system.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a mutant's test has found is told from what kept it from running.
class OneTestTest {
    /// Runs, and finds nothing wrong.
    static class Passing {
        @Test
        void passes() {
            assertThat(getClass()).isEqualTo(Passing.class);
        }
    }

    /// Runs, and finds something.
    static class Failing {
        @Test
        void fails() {
            assertThat(getClass()).isEqualTo(Passing.class);
        }
    }

    /// Its method cannot run.
    static class Unlinked {
        @Test
        void meetsAClassThatIsNotThere() {
            assertThat(getClass().getSuperclass()).satisfies(superclass -> {
                throw new IllegalStateException(new NoClassDefFoundError(superclass + " is gone"));
            });
        }
    }

    /// It cannot be set up.
    static class NotSetUp {
        @BeforeAll
        static void cannot() {
            assertThat(NotSetUp.class).isEqualTo(Passing.class);
        }

        @Test
        void passes() {
            assertThat(getClass()).isEqualTo(NotSetUp.class);
        }
    }

    private static int codeOf(Class<?> test) {
        return OneTest.run(test.getName()).code();
    }

    @Test
    void tellsWhatFailedFromWhatDidNotRun() {
        assertThat(codeOf(Passing.class)).isEqualTo(OneTest.PASSED);
        assertThat(codeOf(Failing.class)).isEqualTo(OneTest.FAILED);
        assertThat(codeOf(Unlinked.class)).isEqualTo(OneTest.ERROR);
        assertThat(codeOf(NotSetUp.class)).isEqualTo(OneTest.ERROR);
        assertThat(OneTest.run("org.afs4j.NoSuchTest").code()).isEqualTo(OneTest.ERROR);
        assertThat(OneTest.run(Passing.class.getName() + "#isNotThere").code()).isEqualTo(OneTest.ERROR);
        assertThat(codeOf(OneTest.class)).isEqualTo(OneTest.NONE);
    }

    /// Neither can be taken for the exit code of a JVM that did not start.
    @Test
    void endsLikeNoJvmThatDidNotStart() {
        assertThat(OneTest.FAILED).isNotEqualTo(1);
        assertThat(OneTest.PASSED).isZero();
    }
}
