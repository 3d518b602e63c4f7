package org.afs4j.testkit.pagecache.model;

import java.util.Random;
import java.util.function.BiFunction;
import org.afs4j.pagecache.backing.PageBacking;
import org.afs4j.testkit.pagecache.InMemoryBacking;

class InMemoryThreadedModelTest extends ThreadedModelContract {
    @Override
    BiFunction<InMemoryBacking, Random, PageBacking> backing() {
        return (server, _) -> server;
    }
}
