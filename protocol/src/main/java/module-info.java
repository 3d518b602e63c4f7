/// The AFS procedures as records with codecs, their stubs and dispatchers, the error table and the directory format.
module org.afs4j.protocol {
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.rx;
    requires static transitive org.jspecify;

    exports org.afs4j.protocol;
    exports org.afs4j.protocol.directory;
    exports org.afs4j.protocol.cb;
    exports org.afs4j.protocol.fs;
    exports org.afs4j.protocol.pt;
    exports org.afs4j.protocol.vl;
    exports org.afs4j.protocol.vol;
    exports org.afs4j.protocol.xdr;
}
