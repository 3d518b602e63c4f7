package org.afs4j.cli.file;

import java.io.IOException;
import java.util.List;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsPath;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.Errno;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs mkdir`: makes directories.
@Command(
        name = "mkdir",
        description = "Make directories.",
        sortOptions = false,
        footer = {"", "Example:", "  afs mkdir -p /afs/example.org/pub/2026/reports"})
public final class Mkdir extends ClientCommand {
    @Option(
            names = {"-p", "--parents"},
            description = "Make the directories above too; it is no error if one is there already.")
    private boolean parents;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Directories in AFS.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Mkdir(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        for (String path : paths) {
            if (parents) {
                makeAll(client, AfsPath.parse(path));
            } else {
                client.makeDirectory(path);
            }
        }
        return ExitCode.DONE;
    }

    private static void makeAll(AfsClient client, AfsPath path) throws IOException {
        if (Paths.isDirectory(client, path.toString())) {
            return;
        }
        makeAll(client, path.parent());
        try {
            client.makeDirectory(path.toString());
        } catch (AfsFileException e) {
            boolean madeMeanwhile = e.errno() == Errno.EEXIST && Paths.isDirectory(client, path.toString());
            if (!madeMeanwhile) {
                throw e;
            }
        }
    }
}
