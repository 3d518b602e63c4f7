/// The AFS cache manager: cells, volumes, servers, vnodes, callback promises, validation, directories and files.
module org.afs4j.client {
    requires jdk.jfr;
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.pagecache;
    requires transitive org.afs4j.protocol;
    requires transitive org.afs4j.rx;
    requires static transitive org.jspecify;

    exports org.afs4j.client;
    exports org.afs4j.client.configuration;
    exports org.afs4j.client.counter;
    exports org.afs4j.client.error;
    exports org.afs4j.client.status;
}
