package org.afs4j.cli.control;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs status`: what the caches of processes that run hold.
@Command(
        name = "status",
        description = {
            "Show the cache of processes of yours that run: cells, servers, volumes, vnodes, locks, pages and what was counted.",
            "mount, demo, watch and poke can be asked, and serve about its cell."
        },
        sortOptions = false,
        footer = {
            "",
            "They are asked over sockets in $XDG_RUNTIME_DIR/afs4j, or /tmp/afs4j-USER, which only you can open.",
            "Examples:",
            "  afs status",
            "  afs status --json 4711 | jq .counters"
        })
public final class Status extends AfsCommand {
    @Option(names = "--json", description = "A line of JSON a process.")
    private boolean json;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = AmountConverters.OfDuration.class,
            description = "How long each process is waited for: one that is stopped never answers. Default: ${DEFAULT-VALUE}.")
    private Duration longest = Duration.ofSeconds(30);

    @Parameters(paramLabel = "PID", arity = "0..1", description = "Which process. Default: all.")
    private @Nullable Long pid;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Status(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        ControlDirectory directory = new ControlDirectory(surroundings().variables());
        int told = 0;
        boolean silent = false;
        for (Path socket : directory.sockets()) {
            boolean wanted = pid == null || String.valueOf(socket.getFileName()).startsWith(pid + "-");
            String answer = null;
            try {
                answer = wanted ? ControlSocket.ask(surroundings().world(), socket, StatusReport.REQUEST, longest) : null;
            } catch (SocketTimeoutException e) {
                silent = true;
                report(e);
            }
            if (answer != null) {
                told++;
                for (String line : json ? List.of(answer) : StatusReport.text(answer)) {
                    print(line);
                }
            }
        }
        if (told == 0 && silent) {
            return ExitCode.UNREACHABLE;
        }
        if (told == 0) {
            throw new CommandFailure(
                    ExitCode.NOT_FOUND, pid == null ? "no process runs that can be asked" : "process " + pid + " cannot be asked");
        }
        return ExitCode.DONE;
    }
}
