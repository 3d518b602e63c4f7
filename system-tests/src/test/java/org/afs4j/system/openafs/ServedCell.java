package org.afs4j.system.openafs;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.RepositoryRoot;

/// What `afs serve --standard-ports` serves, in a network namespace of its own, and programs of others that use it there:
/// OpenAFS's commands and its user-space client. Each run has a new cell; when a run ends, however it does, nothing is left.
final class ServedCell {
    /// The cell's name, that of the real cell of these tests: so outputs can be compared.
    static final String NAME = "afs.test";

    /// The address in the namespace, which nobody else can reach.
    static final String ADDRESS = "10.97.0.1";

    private static final Duration LIMIT = Duration.ofMinutes(4);

    private ServedCell() {}

    /// Runs a program beside the cell, with the cell mounted at `/mnt/afs` by `afsd.fuse`.
    ///
    /// @throws IOException if it is not done within four minutes
    static ForeignProgram.Outcome runMounted(String... program) throws IOException {
        return run(List.of("--mount"), List.of(), program);
    }

    /// Runs a program beside the cell, which is not mounted.
    ///
    /// @throws IOException if it is not done within four minutes
    static ForeignProgram.Outcome run(String... program) throws IOException {
        return run(List.of(), List.of(), program);
    }

    /// Runs a program that the cell takes for an administrator's, beside the cell.
    ///
    /// @throws IOException if it is not done within four minutes
    static ForeignProgram.Outcome runAsAdministrator(String... program) throws IOException {
        return run(List.of(), List.of("--administrator", ADDRESS), program);
    }

    private static ForeignProgram.Outcome run(List<String> options, List<String> serveOptions, String... program) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(OpenAfsCell.fixture("afsd-on-served-cell"));
        command.addAll(options);
        command.add(NAME);
        command.add(ADDRESS);
        command.addAll(List.of(program));
        command.add("--");
        command.addAll(afs("serve", "--standard-ports", "--bind", ADDRESS, "--cell", NAME));
        command.addAll(serveOptions);
        return ForeignProgram.of(command.toArray(String[]::new)).within(LIMIT).run();
    }

    /// The words that start the `afs` command as it was built for this test.
    static List<String> afs(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.afs4j.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /// A script of the repository, by its absolute path.
    static String script(String name) {
        return RepositoryRoot.path().resolve("system-tests/openafs").resolve(name).toString();
    }
}
