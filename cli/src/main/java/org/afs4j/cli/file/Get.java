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

/// `afs get`: a file out of AFS.
@Command(
        name = "get",
        description = "Copy a file from AFS to a local one, or to standard output.",
        sortOptions = false,
        footer = {"", "Example:", "  afs get /afs/example.org/pub/report.pdf"})
public final class Get extends ClientCommand {
    @Option(names = "-p", description = "Keep the permission bits and the time of modification.")
    private boolean preserve;

    @Parameters(index = "0", paramLabel = "PATH", description = "A file in AFS.")
    private String path = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LOCAL",
            defaultValue = ".",
            description = "A local file or directory; - for standard output. Default: the working directory.")
    private String local = ".";

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Get(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        if (!FileCopy.isAfs(path)) {
            throw wrongUsage(path + " is not in AFS: say /afs/CELL/…");
        }
        if (FileCopy.isAfs(local)) {
            throw wrongUsage(local + " is in AFS: afs cp copies within AFS");
        }
        new FileCopy(client, surroundings(), preserve).copy(path, local);
        return ExitCode.DONE;
    }
}
