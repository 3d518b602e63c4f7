/// The embedded cell: volume location and file server in this JVM, for tests, demos and small uses.
@SuppressWarnings("requires-automatic") // H2 names its module in the manifest only
module org.afs4j.cell {
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.protocol;
    requires transitive org.afs4j.rx;
    requires static transitive org.jspecify;
    requires com.h2database.mvstore;

    exports org.afs4j.cell;
    exports org.afs4j.cell.administration;
    exports org.afs4j.cell.export;
    exports org.afs4j.cell.record;
    exports org.afs4j.cell.store;
}
