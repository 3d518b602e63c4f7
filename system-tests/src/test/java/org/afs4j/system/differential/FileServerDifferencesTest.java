package org.afs4j.system.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.afs4j.system.openafs.OpenAfsCell;
import org.afs4j.system.openafs.WithOpenAfsCell;
import org.junit.jupiter.api.Test;

/// The embedded file server answers any calls as OpenAFS's does, right ones and wrong ones.
///
/// What it does otherwise on purpose, because it is a defect in OpenAFS:
///
/// - an empty directory whose place a rename takes is gone ([Peer#replacedDirectory]);
/// - a rename to a directory that is gone is refused, whoever has its number since ([Peer#renamedTo]).
///
/// And because it is no business of callers': a request with more in it than its procedure takes is malformed, where OpenAFS
/// does not look. No such call is made here.
@WithOpenAfsCell
class FileServerDifferencesTest {
    private static final int SEEDS = Integer.getInteger("differences.seeds", 8);
    private static final long FIRST_SEED = Long.getLong("differences.first", 1);
    private static final int CALLS = Integer.getInteger("differences.calls", 300);

    @Test
    void answersEveryCallOfARunAsOpenAfsDoes(OpenAfsCell openAfs) throws IOException {
        int served = 0;
        try (CellPair cells = new CellPair(openAfs)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
                try (Run run = new Run(cells, seed)) {
                    assertThat(run.difference(CALLS)).as("-Ddifferences.first=%d", seed).isNull();
                    served += run.served();
                }
            }
        }
        assertThat(served).as("calls that were right").isGreaterThan(SEEDS * CALLS / 4);
    }
}
