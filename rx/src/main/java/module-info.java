/// Rx: reliable calls over UDP, client and server side on one port, with security classes as a seam.
module org.afs4j.rx {
    requires transitive org.afs4j.base;
    requires static transitive org.jspecify;

    requires jdk.jfr;

    exports org.afs4j.rx;
    exports org.afs4j.rx.port;
    exports org.afs4j.rx.simulation;
    exports org.afs4j.rx.trace;
}
