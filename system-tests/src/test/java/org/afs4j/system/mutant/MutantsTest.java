package org.afs4j.system.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.afs4j.system.process.RepositoryRoot;
import org.junit.jupiter.api.Test;

/// Mutants follow the code: `mutants/run` runs them, this keeps them fit for it.
class MutantsTest {
    @Test
    void everyMutantFitsTheCodeAndChangesIt() throws IOException {
        assertThat(Mutant.all()).isNotEmpty();
        for (Mutant mutant : Mutant.all()) {
            assertThat(mutant.edits()).as(mutant.name()).isNotEmpty();
            for (var source : mutant.sources().entrySet()) {
                assertThat(source.getValue())
                        .as(mutant.name())
                        .isNotEqualTo(Files.readString(RepositoryRoot.path().resolve(source.getKey())));
            }
        }
    }

    @Test
    void everyMutantNamesATestThatThereIs() throws IOException {
        for (Mutant mutant : Mutant.all()) {
            List<String> test = List.of(mutant.test().split("#", -1));
            String path = "src/test/java/" + test.getFirst().replace('.', '/') + ".java";
            try (Stream<Path> modules = Files.list(RepositoryRoot.path())) {
                List<Path> found = modules.map(module -> module.resolve(path)).filter(Files::isRegularFile).toList();
                assertThat(found).as("%s: %s", mutant.name(), test.getFirst()).hasSize(1);
                if (test.size() == 2) {
                    assertThat(Files.readString(found.getFirst())).as(mutant.name()).contains("void " + test.getLast() + "(");
                }
            }
        }
    }

    @Test
    void anEditThatDoesNotFitIsRefused() {
        Mutant.Edit edit = new Mutant.Edit("A.java", "one\n", "two\n");
        assertThat(edit.apply("zero\none\n")).isEqualTo("zero\ntwo\n");
        assertThatThrownBy(() -> edit.apply("zero\n")).hasMessageContaining("A.java").hasMessageContaining("one");
        assertThatThrownBy(() -> edit.apply("one\none\n")).hasMessageContaining("exactly once");
    }
}
