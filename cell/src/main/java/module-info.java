/// The embedded cell: volume location and file server in this JVM, for tests, demos and small uses.
module org.afs4j.cell {
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.protocol;
    requires transitive org.afs4j.rx;
    requires static transitive org.jspecify;

    exports org.afs4j.cell;
}
