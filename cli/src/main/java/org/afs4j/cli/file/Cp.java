package org.afs4j.cli.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs cp`: files to files, in AFS or outside.
@Command(
        name = "cp",
        description = {
            "Copy files. A path that begins with /afs/ is in AFS, any other is a local one.",
            "A target that exists is overwritten in place; a directory gets files of the same names."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  afs cp /afs/example.org/a /afs/example.org/b",
            "  afs cp -p *.jar /afs/example.org/lib"
        })
public final class Cp extends ClientCommand {
    @Option(names = "-p", description = "Keep the permission bits and the time of modification.")
    private boolean preserve;

    @Parameters(paramLabel = "SOURCE… TARGET", arity = "2..*", description = "The files, then where to.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Cp(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        String target = paths.getLast();
        if (paths.size() > 2 && !isDirectory(client, target)) {
            throw wrongUsage("several files go into a directory only, and " + target + " is none");
        }
        FileCopy copy = new FileCopy(client, surroundings(), preserve);
        for (String source : paths.subList(0, paths.size() - 1)) {
            copy.copy(source, target);
        }
        return ExitCode.DONE;
    }

    private static boolean isDirectory(AfsClient client, String path) throws IOException {
        return FileCopy.isAfs(path) ? Paths.isDirectory(client, path) : Files.isDirectory(Path.of(path));
    }
}
