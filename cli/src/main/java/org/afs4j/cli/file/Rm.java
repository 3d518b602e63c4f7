package org.afs4j.cli.file;

import java.io.IOException;
import java.util.List;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs rm`: removes files, and with `-r` directories.
@Command(
        name = "rm",
        description = {
            "Remove files and symlinks; with -r directories with all that is in them.",
            "Of a mount point in such a directory only the mount point goes: what is in the volume stays."
        },
        sortOptions = false,
        footer = {"", "Example:", "  afs rm -r /afs/example.org/pub/2025"})
public final class Rm extends ClientCommand {
    @Option(
            names = {"-r", "-R", "--recursive"},
            description = "Remove directories too, with all that is in them.")
    private boolean recursive;

    @Option(
            names = {"-f", "--force"},
            description = "It is no error if there is nothing.")
    private boolean force;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "What to remove.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Rm(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        for (String path : paths) {
            @Nullable AfsFileInfo info =
                    force ? Paths.infoOrNull(client, path, false) : client.info(path, false);
            if (info == null) {
                continue;
            }
            if (info.isDirectory() && !recursive) {
                throw new CommandFailure(ExitCode.FAILED, path + ": is a directory; -r removes it with all that is in it");
            }
            remove(client, path, info);
        }
        return ExitCode.DONE;
    }

    private static void remove(AfsClient client, String path, AfsFileInfo info) throws IOException {
        if (!info.isDirectory() || Paths.isMountPoint(info)) {
            client.remove(path);
            return;
        }
        for (AfsEntry entry : client.listWithInfo(path)) {
            remove(client, AfsPath.parse(path).resolve(entry.name()).toString(), entry.info());
        }
        client.removeDirectory(path);
    }
}
