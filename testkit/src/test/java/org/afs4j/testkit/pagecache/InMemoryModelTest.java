package org.afs4j.testkit.pagecache;

import java.io.IOException;
import java.util.Random;
import org.afs4j.pagecache.backing.PageBacking;

class InMemoryModelTest extends PageCacheModelContract {
    @Override
    PageBacking backing(InMemoryBacking server, Random random) {
        return server;
    }

    @Override
    void insist(Attempt attempt) throws IOException {
        attempt.run();
    }

    @Override
    boolean isDirtKnown() {
        return true;
    }
}
