package org.afs4j.system.process;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// A program of a Debian package that a test cannot do without.
///
/// The environment variable `AFS4J_INTEROP` decides what happens without it: with `required`, as `.ci/run` sets it, the test
/// fails; otherwise it is skipped, and says so on standard error.
public final class RequiredProgram {
    private RequiredProgram() {}

    /// Requires a program.
    ///
    /// @param file where its package puts it
    /// @param debianPackage the package
    /// @throws IllegalStateException if it is missing where it is required
    public static void orSkip(String file, String debianPackage) {
        if (Files.isExecutable(Path.of(file))) {
            return;
        }
        String remedy = "apt-get install -y --no-install-recommends " + debianPackage;
        if ("required".equals(System.getenv("AFS4J_INTEROP"))) {
            throw new IllegalStateException("AFS4J_INTEROP=required, but " + file + " is missing: " + remedy);
        }
        System.err.println("SKIPPED, no " + file + ": " + remedy);
        Assumptions.abort("no " + file + ": " + remedy);
    }
}
