package org.afs4j.system.process;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the checkout that is being tested lies.
public final class RepositoryRoot {
    private RepositoryRoot() {}

    /// The root directory of the checkout, absolute: the build passes it as the system property `afs4j.root`.
    ///
    /// @throws IllegalStateException if the property is not set or names no checkout: run the tests through Maven
    public static Path path() {
        String root = System.getProperty("afs4j.root");
        if (root == null || !Files.isRegularFile(Path.of(root, "pom.xml"))) {
            throw new IllegalStateException("afs4j.root is " + root + "; set it to the checkout's root directory");
        }
        return Path.of(root).toAbsolutePath().normalize();
    }
}
