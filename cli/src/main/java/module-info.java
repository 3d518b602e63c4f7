/// The `afs` command.
module org.afs4j.cli {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires org.afs4j.base;
    requires org.afs4j.cell;
    requires org.afs4j.client;
    requires org.afs4j.dns;
    requires org.afs4j.mount;
    requires org.afs4j.pagecache;
    requires org.afs4j.protocol;
    requires org.afs4j.simulation;
    requires static transitive org.jspecify;

    opens org.afs4j.cli to
            info.picocli;
    opens org.afs4j.cli.coherence to
            info.picocli;
    opens org.afs4j.cli.command to
            info.picocli;
    opens org.afs4j.cli.control to
            info.picocli;
    opens org.afs4j.cli.file to
            info.picocli;
    opens org.afs4j.cli.mount to
            info.picocli;
    opens org.afs4j.cli.simulation to
            info.picocli;
}
