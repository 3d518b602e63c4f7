/// The AFS procedures as records with codecs, their stubs and dispatchers, the error table and the directory format.
module org.afs4j.protocol {
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.rx;
    requires static transitive org.jspecify;

    exports org.afs4j.protocol;
    exports org.afs4j.protocol.directory;
}
