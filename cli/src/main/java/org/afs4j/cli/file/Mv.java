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

/// `afs mv`: renames.
@Command(
        name = "mv",
        description = {
            "Rename files and directories within a volume; a file that has the new name is replaced.",
            "Where the target is a directory they go into it. Across volumes: afs cp, then afs rm."
        },
        sortOptions = false,
        footer = {"", "Example:", "  afs mv /afs/example.org/pub/new /afs/example.org/pub/current"})
public final class Mv extends ClientCommand {
    @Parameters(paramLabel = "SOURCE… TARGET", arity = "2..*", description = "The old paths, then the new one.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Mv(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        String target = paths.getLast();
        if (paths.size() > 2 && !Paths.isDirectory(client, target)) {
            throw wrongUsage("several files go into a directory only, and " + target + " is none");
        }
        for (String source : paths.subList(0, paths.size() - 1)) {
            client.rename(source, Paths.inDirectory(client, source, target));
        }
        return ExitCode.DONE;
    }
}
