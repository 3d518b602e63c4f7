/// What every module stands on: ranked locks, and the world (time, randomness, threads) that comes in by constructor.
module org.afs4j.base {
    requires static transitive org.jspecify;

    exports org.afs4j.base.lock;
    exports org.afs4j.base.simulation;
    exports org.afs4j.base.world;
}
