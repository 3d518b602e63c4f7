/// AFS as a file system of the host: FUSE's kernel protocol spoken over `/dev/fuse`, without libfuse.
module org.afs4j.mount {
    requires transitive org.afs4j.base;
    requires transitive org.afs4j.client;
    requires org.afs4j.pagecache;
    requires org.afs4j.protocol;
    requires static transitive org.jspecify;

    exports org.afs4j.mount;
}
