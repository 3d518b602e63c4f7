/// A cell for the tests of projects that use AFS: by a plain API, or as an extension of JUnit.
module org.afs4j.junit {
    requires transitive org.afs4j.cell;
    requires transitive org.afs4j.client;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;

    exports org.afs4j.junit;
}
