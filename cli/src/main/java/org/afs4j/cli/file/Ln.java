package org.afs4j.cli.file;

import java.io.IOException;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs ln`: makes links.
@Command(
        name = "ln",
        description = "Give a file a second name in its own directory, or with -s make a symlink.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  afs ln /afs/example.org/pub/a /afs/example.org/pub/b",
            "  afs ln -s 2026 /afs/example.org/pub/current"
        })
public final class Ln extends ClientCommand {
    @Option(
            names = {"-s", "--symbolic"},
            description = "Make a symlink, which says TARGET.")
    private boolean symbolic;

    @Parameters(
            index = "0",
            paramLabel = "TARGET",
            description = "The file; of a symlink any text, a relative one being seen from the symlink's directory.")
    private String target = "";

    @Parameters(index = "1", paramLabel = "PATH", description = "The new name, or the directory that gets one.")
    private String path = "";

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Ln(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        String name = Paths.inDirectory(client, target, path);
        if (symbolic) {
            client.makeSymlink(name, target);
        } else {
            client.makeLink(name, target);
        }
        return ExitCode.DONE;
    }
}
