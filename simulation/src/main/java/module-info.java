/// Whole systems in one process from one seed: clients, a cell, a network and a clock, with a workload, faults, and a check of
/// what every reader saw.
module org.afs4j.simulation {
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.client;
    requires org.afs4j.cell;
    requires org.afs4j.pagecache;
    requires org.afs4j.protocol;
    requires org.afs4j.rx;
    requires static transitive org.jspecify;

    exports org.afs4j.simulation;
    exports org.afs4j.simulation.history;
    exports org.afs4j.simulation.workload;
}
