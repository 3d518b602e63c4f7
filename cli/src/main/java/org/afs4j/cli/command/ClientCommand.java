package org.afs4j.cli.command;

import java.io.IOException;
import org.afs4j.client.AfsClient;
import picocli.CommandLine.Mixin;

/// A subcommand that is a client of AFS cells.
public abstract class ClientCommand extends AfsCommand {
    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private ClientOptions options;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    protected ClientCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected final ExitCode run(Ending ending) throws IOException {
        AfsClient client = options.builder(surroundings().variables()).open();
        ending.closes(client::close);
        return run(client, ending);
    }

    /// Does the command's work.
    ///
    /// @param client the client, closed when the command ends
    /// @param ending closes what else the command opens
    /// @return how it ended
    /// @throws IOException if it failed
    protected abstract ExitCode run(AfsClient client, Ending ending) throws IOException;
}
