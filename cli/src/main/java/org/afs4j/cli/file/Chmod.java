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

/// `afs chmod`: sets mode bits.
@Command(
        name = "chmod",
        description = {
            "Set the Unix mode bits of files and directories.",
            "In AFS the access list of the directory decides first; of the bits, only the owner's count, and only for files."
        },
        sortOptions = false,
        footer = {"", "Example:", "  afs chmod 755 /afs/example.org/pub/run.sh"})
public final class Chmod extends ClientCommand {
    private static final String OCTAL = "[0-7]{1,4}";
    private static final int RADIX = 8;

    @Parameters(index = "0", paramLabel = "MODE", description = "The bits, in octal.")
    private String mode = "";

    @Parameters(index = "1..*", paramLabel = "PATH", arity = "1..*", description = "What to set them of.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Chmod(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        if (!mode.matches(OCTAL)) {
            throw wrongUsage("'" + mode + "' is no mode: 0 to 7777, in octal");
        }
        for (String path : paths) {
            client.setMode(path, Integer.parseInt(mode, RADIX));
        }
        return ExitCode.DONE;
    }
}
