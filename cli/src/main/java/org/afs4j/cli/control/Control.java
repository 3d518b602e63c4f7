package org.afs4j.cli.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs control`: gives an order to an `afs serve --control` that runs.
@Command(
        name = "control",
        description = {
            "Give an order to an 'afs serve --control' of yours that runs: let its server go wrong in a certain way, stop, start,",
            "forget its clients, or move a volume."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  afs control abort code=110 procedure=FetchData64 times=3",
            "  afs control delay time=200ms volume=scratch lasting=1m",
            "  afs control delay-breaks longest=50ms",
            "  afs control reorder-breaks count=2 longest=1s",
            "  afs control forget",
            "  afs control add-server address=127.0.0.2; afs control move volume=scratch server=1"
        })
public final class Control extends AfsCommand {
    @Option(names = "--json", description = "Print the answer, a line of JSON.")
    private boolean json;

    @Option(names = "--pid", paramLabel = "PID", description = "Which process, if several serve.")
    private @Nullable Long pid;

    @Parameters(
            index = "0",
            paramLabel = "ORDER",
            description = {
                "abort, delay, clear, delay-breaks, reorder-breaks, lose-breaks, hold-breaks, release-breaks, stop, start, restart,",
                "forget, refuse, add-server, create, add-replica, release, backup, move, break, offline."
            })
    private String order = "";

    @Parameters(index = "1..*", paramLabel = "NAME=VALUE", description = "What the order needs: docs/CLI.md has a table.")
    private List<String> fields = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Control(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        JsonLine line = new JsonLine().put("command", order);
        for (String field : fields) {
            int equals = field.indexOf('=');
            if (equals < 1) {
                throw wrongUsage("no NAME=VALUE: " + field);
            }
            line.put(field.substring(0, equals), field.substring(equals + 1));
        }
        String answer = ControlSocket.ask(socket(), line.end());
        if (answer == null) {
            throw nobodyServes();
        }
        if (json) {
            print(answer);
        }
        Order told = Order.parse(answer);
        if (!told.flag("ok", false)) {
            throw new CommandFailure(ExitCode.FAILED, order + ": " + told.find("error"));
        }
        return ExitCode.DONE;
    }

    private Path socket() throws IOException {
        List<Path> serving = new ControlDirectory(surroundings().variables())
                .sockets().stream()
                        .filter(each -> String.valueOf(each.getFileName()).matches((pid == null ? "\\d+" : pid) + "-serve\\.sock"))
                        .filter(ControlSocket::isAnswered)
                        .toList();
        if (serving.isEmpty()) {
            throw nobodyServes();
        }
        if (serving.size() > 1) {
            throw wrongUsage("several processes serve: say which by --pid");
        }
        return serving.getFirst();
    }

    private CommandFailure nobodyServes() {
        return new CommandFailure(ExitCode.NOT_FOUND, pid == null ? "no process serves a cell" : "process " + pid + " serves no cell");
    }
}
