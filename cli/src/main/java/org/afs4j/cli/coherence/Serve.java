package org.afs4j.cli.coherence;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.administration.Principals;
import org.afs4j.cell.export.HostExport;
import org.afs4j.cell.record.CheckReport;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.DirectoryStore;
import org.afs4j.cell.store.StoreSync;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.cli.command.CommandFailure;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.CellControl;
import org.afs4j.cli.control.ControlSocket;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `afs serve`: the embedded cell as a process.
@Command(
        name = "serve",
        description = {
            "Run a cell in the foreground, until SIGINT or SIGTERM: a volume location server and a file server on one UDP port,",
            "or each on the port that clients of other makes look for it.",
            "Its volumes are in memory, and gone when it ends, or in a directory (--data), and there again the next time.",
            "Everyone may do everything in /afs/CELL/scratch.",
            "It prints the options that lead other afs commands to it."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  afs serve --port 7003 --cell my.cell",
            "  afs serve --port 7003 --data /srv/my.cell",
            "  afs serve --port 7003 --export /usr/share/doc",
            "  afs serve --standard-ports --bind 192.0.2.1 --cell my.cell"
        })
public final class Serve extends AfsCommand {
    private static final String ADMINISTRATOR = "admin";
    private static final Duration LONG = Duration.ofDays(1);
    private static final int MOST_PORT = 0xffff;
    private static final int STANDARD_FILE_SERVER_PORT = 7000;
    private static final int STANDARD_PROTECTION_PORT = 7002;
    private static final int STANDARD_LOCATION_PORT = 7003;
    private static final int STANDARD_VOLUME_SERVER_PORT = 7005;
    private static final String EXPORTED_VOLUME = "export";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "0",
            description = "The UDP port. Default: a free one.")
    private int port;

    @Option(
            names = "--standard-ports",
            description = {
                "File server at UDP port 7000, protection service at 7002, location service at 7003, volume server at 7005: for",
                "OpenAFS's clients and commands, which know no others, and which do not use loopback addresses."
            })
    private boolean standardPorts;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            defaultValue = "127.0.0.1",
            description = "The IPv4 address to serve at. Default: ${DEFAULT-VALUE}.")
    private String bind = "127.0.0.1";

    @Option(
            names = "--advertise",
            paramLabel = "ADDR",
            description = "The IPv4 address that clients are told. Default: that of --bind; needed with 0.0.0.0.")
    private @Nullable String advertise;

    @Option(
            names = "--cell",
            paramLabel = "NAME",
            defaultValue = "demo.afs4j",
            description = "The cell's name. Default: ${DEFAULT-VALUE}.")
    private String cellName = "demo.afs4j";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Keep the cell in this directory, made if there is none. What was answered is there again whatever becomes of this",
                "process; the directory is checked at the start."
            })
    private @Nullable Path data;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = {
                "Serve this directory as /afs/CELL/export, read-only: everyone reads what this process can read. What changes in it",
                "is shown to clients at once, or within seconds. Not with --data."
            })
    private @Nullable Path export;

    @Option(
            names = "--sync",
            paramLabel = "WHEN",
            defaultValue = "delayed",
            description = {
                "When what is stored is forced to the disk, against a loss of power: delayed (every 5 s) or always (before each",
                "answer). Default: ${DEFAULT-VALUE}."
            })
    private String sync = "delayed";

    @Option(names = "--check-contents", description = "At the start, read all files' contents and compare their checksums.")
    private boolean checkContents;

    @Option(
            names = "--administrator",
            paramLabel = "ADDR",
            description = {
                "Take who calls from this address for a user 'admin' in system:administrators, who may do everything. May be",
                "repeated. Addresses can be forged: for networks that you trust."
            })
    private List<String> administrators = new ArrayList<>();

    @Option(
            names = "--control",
            description = "Take orders from 'afs control', over a socket that only you can open: faults, restarts, moves of volumes.")
    private boolean control;

    @Option(
            names = "--seconds",
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            description = "End after this time.")
    private @Nullable Duration bound;

    @Option(names = "--json", description = "The lines that tell that it has checked the directory, and that it serves, are JSON.")
    private boolean json;

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Serve(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(Ending ending) throws IOException {
        if (port < 0 || port > MOST_PORT) {
            throw wrongUsage("--port: 0 to " + MOST_PORT);
        }
        if (standardPorts && port != 0) {
            throw wrongUsage("--port and --standard-ports: one of them");
        }
        if (!cellName.matches("[A-Za-z0-9._-]+")) {
            throw wrongUsage("--cell: letters, digits, dots and dashes");
        }
        InetAddress address = address("--bind", bind);
        if (address.isAnyLocalAddress() && advertise == null) {
            throw wrongUsage("--bind " + bind + ": say with --advertise which address clients are to be told");
        }
        InetAddress told = advertise == null ? address : address("--advertise", advertise);
        if (data != null && export != null) {
            throw wrongUsage("--data and --export: one of them");
        }
        AfsCell cell = start(address, told);
        ending.closes(cell::close);
        identifyAdministrators(cell.principals());
        if (export != null) {
            ending.closes(export(cell, export)::close);
        }
        if (data != null) {
            tell(cell.checkReport(), data);
        }
        ControlSocket.offer(surroundings(), ending, "serve", new CellControl(cell, control)::answer);
        tell(cell, told.getHostAddress());
        if (bound != null) {
            ending.await(bound);
        } else {
            while (!ending.await(LONG)) {
                assert !ending.hasBegun();
            }
        }
        return ExitCode.DONE;
    }

    private AfsCell start(InetAddress address, InetAddress told) throws IOException {
        int filePort = standardPorts ? STANDARD_FILE_SERVER_PORT : port;
        try {
            AfsCell.Builder builder = AfsCell.builder()
                    .name(cellName)
                    .world(surroundings().world())
                    .bind(new InetSocketAddress(address, filePort))
                    .advertisedAddress(told);
            if (standardPorts) {
                builder.volumeLocationPort(DatagramPort.open(new InetSocketAddress(address, STANDARD_LOCATION_PORT)))
                        .administrationPorts(
                                DatagramPort.open(new InetSocketAddress(address, STANDARD_PROTECTION_PORT)),
                                DatagramPort.open(new InetSocketAddress(address, STANDARD_VOLUME_SERVER_PORT)));
            }
            if (checkContents) {
                builder.checkContents();
            }
            return data == null ? builder.start() : startOnData(builder, data);
        } catch (CellStoreException e) {
            throw new CommandFailure(ExitCode.FAILED, "--data " + data + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        } catch (BindException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "cannot serve at UDP " + bind + " port " + filePort + ": " + e.getMessage());
        }
    }

    private HostExport export(AfsCell cell, Path directory) throws IOException {
        try {
            return HostExport.open(surroundings().world(), cell, EXPORTED_VOLUME, directory);
        } catch (NotDirectoryException e) {
            throw new CommandFailure(ExitCode.FAILED, "--export " + directory + ": no such directory");
        }
    }

    private void identifyAdministrators(Principals principals) {
        if (!administrators.isEmpty()) {
            if (!principals.has(ADMINISTRATOR)) {
                int added = principals.addUser(ADMINISTRATOR);
                assert added > 0;
            }
            principals.addToGroup(ADMINISTRATOR, Principals.ADMINISTRATORS);
        }
        for (String host : administrators) {
            principals.identify(address("--administrator", host), ADMINISTRATOR);
        }
    }

    private StoreSync policy() {
        return switch (sync) {
            case "delayed" -> StoreSync.DELAYED;
            case "always" -> StoreSync.ALWAYS;
            default -> throw wrongUsage("--sync: delayed or always");
        };
    }

    private AfsCell startOnData(AfsCell.Builder builder, Path directory) throws IOException {
        CellStore store = DirectoryStore.open(surroundings().world(), directory, policy());
        try {
            return builder.store(store).start();
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private InetAddress address(String option, String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw wrongUsage(option + ": unknown host '" + text + "'");
        }
    }

    private void tell(CheckReport report, Path directory) throws IOException {
        if (json) {
            JsonLine line = new JsonLine()
                    .put("event", "checked")
                    .put("data", directory.toString())
                    .put("volumes", report.volumes())
                    .put("vnodes", report.vnodes())
                    .put("contentBytes", report.contentBytes())
                    .put("unusedFiles", report.unusedFiles())
                    .put("findings", report.findings().size());
            print(line.end());
            for (CheckReport.Finding finding : report.findings()) {
                print(new JsonLine()
                        .put("event", "found")
                        .put("volume", finding.volume())
                        .put("fid", finding.fid())
                        .put("problem", finding.problem())
                        .put("repair", finding.repair())
                        .end());
            }
            return;
        }
        print("checked " + directory + ": " + report.volumes() + " volumes, " + report.vnodes() + " files and directories, "
                + report.contentBytes() + " bytes; removed " + report.unusedFiles() + " unused files; "
                + (report.findings().isEmpty() ? "nothing was wrong" : report.findings().size() + " things were wrong:"));
        for (CheckReport.Finding finding : report.findings()) {
            print("  " + finding);
        }
    }

    private void tell(AfsCell cell, String host) throws IOException {
        int locationPort = cell.volumeLocationAddress().getPort();
        String server = host + ":" + locationPort + ":" + cell.fileServerAddress().getPort();
        String path = "/afs/" + cellName + "/scratch";
        if (json) {
            print(new JsonLine()
                    .put("event", "serving")
                    .put("cell", cellName)
                    .put("server", server)
                    .put("path", path)
                    .end());
            return;
        }
        int filePort = cell.fileServerAddress().getPort();
        String ports = filePort == locationPort ? "port " + filePort : "ports " + filePort + " and " + locationPort;
        print("serving cell " + cellName + " at UDP " + host + " " + ports + "; stop it with Ctrl-C. Try:");
        print("  afs ls -l --cell " + cellName + " --server " + server + " /afs/" + cellName + "/");
        print("or for all commands of a shell:");
        print("  export AFS4J_CELL=" + cellName + " AFS4J_SERVER=" + server);
        print("  echo hello | afs put - " + path + "/hello");
    }
}
