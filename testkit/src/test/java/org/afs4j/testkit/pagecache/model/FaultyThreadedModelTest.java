package org.afs4j.testkit.pagecache.model;

import java.util.Random;
import java.util.function.BiFunction;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.testkit.pagecache.FaultyBacking;
import org.afs4j.testkit.pagecache.InMemoryBacking;

class FaultyThreadedModelTest extends ThreadedModelContract {
    @Override
    BiFunction<InMemoryBacking, Random, PageBacking> backing() {
        return (server, random) -> {
            FaultyBacking faulty = new FaultyBacking(server, random);
            faulty.failFills(0.2);
            faulty.failWriteBacks(0.1);
            faulty.failValidations(0.1);
            return faulty;
        };
    }
}
