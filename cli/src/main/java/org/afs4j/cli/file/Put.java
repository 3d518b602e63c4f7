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

/// `afs put`: a local file, or standard input, into AFS.
@Command(
        name = "put",
        description = "Copy a local file, or standard input, into AFS; the server has all of it when this ends well.",
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  afs put report.pdf /afs/example.org/pub/",
            "  tar c src | afs put - /afs/example.org/pub/src.tar"
        })
public final class Put extends ClientCommand {
    @Option(names = "-p", description = "Keep the permission bits and the time of modification.")
    private boolean preserve;

    @Parameters(index = "0", paramLabel = "LOCAL", description = "A local file; - for standard input.")
    private String local = "-";

    @Parameters(index = "1", paramLabel = "PATH", description = "A file in AFS, overwritten in place if it exists, or a directory.")
    private String path = "";

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Put(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        if (!FileCopy.isAfs(path)) {
            throw wrongUsage(path + " is not in AFS: say /afs/CELL/…");
        }
        new FileCopy(client, surroundings(), preserve).copy(local, path);
        return ExitCode.DONE;
    }
}
