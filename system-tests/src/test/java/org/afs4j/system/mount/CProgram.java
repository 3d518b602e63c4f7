package org.afs4j.system.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RepositoryRoot;
import org.afs4j.system.process.RequiredProgram;

/// The C programs of the tests, built when they are needed: what uses a mount as any program does.
public final class CProgram {
    private CProgram() {}

    /// Builds a program.
    ///
    /// @param name of its source in `src/test/c`, without `.c`
    /// @return the program, to be deleted by the caller
    public static Path build(String name) throws IOException {
        RequiredProgram.orSkip("/usr/bin/gcc", "gcc libc6-dev");
        Path program = Files.createTempFile("afs4j-" + name, "");
        Path source = RepositoryRoot.path().resolve("system-tests/src/test/c/" + name + ".c");
        ForeignProgram.of("gcc", "-O2", "-Wall", "-Wextra", "-o", program.toString(), source.toString()).run().orThrow();
        return program;
    }
}
