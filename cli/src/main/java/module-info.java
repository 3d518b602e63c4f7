/// The `afs` command.
module org.afs4j.cli {
    requires info.picocli;
    requires org.afs4j.pagecache;
    requires org.afs4j.protocol;
    requires static transitive org.jspecify;

    opens org.afs4j.cli to
            info.picocli;
}
