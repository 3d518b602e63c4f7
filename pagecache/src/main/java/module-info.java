/// The page cache: mappings, pages, the invalidate lock, readahead, write-back and mapped views over one frame store.
module org.afs4j.pagecache {
    requires jdk.jfr;
    requires transitive org.afs4j.base;
    requires static transitive org.jspecify;

    exports org.afs4j.pagecache;
    exports org.afs4j.pagecache.backing;
    exports org.afs4j.pagecache.error;
}
