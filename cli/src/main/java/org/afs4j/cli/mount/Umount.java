package org.afs4j.cli.mount;

import java.io.IOException;
import java.nio.file.Path;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.mount.AfsMount;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs umount`: ends a mount, whether or not the process that served it is still there.
@Command(
        name = "umount",
        description = {
            "Unmount what 'afs mount' has mounted. The process that serves it stores what was written, and ends.",
            "A mount whose process has died is cleared as well."
        },
        sortOptions = false,
        footer = {"", "Example:", "  afs umount /mnt/afs"})
public final class Umount extends AfsCommand {
    @Parameters(index = "0", paramLabel = "MOUNTPOINT", description = "Where it is mounted.")
    @SuppressWarnings("NullAway.Init") // picocli requires it
    private Path mountPoint;

    @Option(
            names = {"-l", "--lazy"},
            description = "Free the mount point at once, though somebody uses what is mounted there; it ends when the last one lets go.")
    private boolean lazy;

    @Option(
            names = {"-f", "--force"},
            description = "End all requests under way with an error first: for a mount whose process no longer answers. What was not"
                    + " stored yet is lost.")
    private boolean force;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Umount(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        AfsMount.unmount(mountPoint, lazy, force);
        return ExitCode.DONE;
    }
}
