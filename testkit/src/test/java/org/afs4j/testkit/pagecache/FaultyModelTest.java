package org.afs4j.testkit.pagecache;

import java.io.IOException;
import java.util.Random;
import org.afs4j.pagecache.backing.PageBacking;

class FaultyModelTest extends PageCacheModelContract {
    private static final int ATTEMPTS = 1000;

    @Override
    PageBacking backing(InMemoryBacking server, Random random) {
        // Readahead fills on other threads, which must not change the script.
        FaultyBacking faulty = new FaultyBacking(server, new Random(random.nextLong()));
        faulty.failFills(0.2);
        faulty.failWriteBacks(0.1);
        return faulty;
    }

    @Override
    void insist(Attempt attempt) throws IOException {
        IOException failure = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                attempt.run();
                return;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw new IOException("failed each time", failure);
    }

    @Override
    boolean isDirtKnown() {
        return false;
    }
}
