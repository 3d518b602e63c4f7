package org.afs4j.cli.file;

import java.io.IOException;
import java.util.List;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `afs cat`: files to standard output.
@Command(
        name = "cat",
        description = "Write the data of files to standard output, one after the other.",
        sortOptions = false,
        footer = {"", "Example:", "  afs cat /afs/example.org/README"})
public final class Cat extends ClientCommand {
    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files in AFS.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Cat(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        FileCopy copy = new FileCopy(client, surroundings(), false);
        for (String path : paths) {
            copy.print(path);
        }
        return ExitCode.DONE;
    }
}
