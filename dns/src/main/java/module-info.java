/// Finds AFS cells by the Domain Name System.
module org.afs4j.dns {
    requires org.afs4j.base;
    requires transitive org.afs4j.client;
    requires org.dnsjava;
    requires static transitive org.jspecify;

    exports org.afs4j.dns;
}
