package org.afs4j.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsClientBuilder;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellDatabase;
import org.afs4j.dns.DnsCellLookup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of every command that is a client: which cells there are, how long to wait, how much to keep.
public final class ClientOptions {
    /// The environment variable that stands for `--cell`.
    public static final String CELL_VARIABLE = "AFS4J_CELL";

    /// The environment variable that stands for `--server`; blanks separate several.
    public static final String SERVER_VARIABLE = "AFS4J_SERVER";

    /// The environment variable that stands for `--config`.
    public static final String CONFIG_VARIABLE = "AFS4J_CONFIG";

    /// The environment variable that stands for `--dns` where it is `yes`.
    public static final String DNS_VARIABLE = "AFS4J_DNS";

    /// The environment variable that stands for `--state-dir`.
    public static final String STATE_VARIABLE = "AFS4J_STATE_DIR";

    private static final String CUSTOMARY_CONFIG = "/etc/openafs";
    private static final long LEAST_CACHE_BYTES = 4L << 20;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private CommandSpec spec;

    @Option(
            names = "--cell",
            paramLabel = "NAME",
            description = "The cell that --server is of. Default: $AFS4J_CELL, otherwise what ThisCell says.")
    private @Nullable String cell;

    @Option(
            names = "--server",
            paramLabel = "HOST[:PORT[:FILESERVERPORT]]",
            description = "A volume location server of the cell, with its port (7003) and that of the cell's file servers (7000);"
                    + " may be repeated. Default: $AFS4J_SERVER, otherwise what CellServDB says.")
    private List<String> servers = List.of();

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "Where CellServDB and ThisCell are. Default: $AFS4J_CONFIG, otherwise /etc/openafs, if it is there.")
    private @Nullable Path config;

    @Option(
            names = "--dns",
            negatable = true,
            description = "Whether cells that are in no configuration are looked up in DNS (SRV, AFSDB). Default: if $AFS4J_DNS is yes.")
    private @Nullable Boolean dns;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where the UUID is kept by which servers know this client when it starts again."
                    + " Default: $AFS4J_STATE_DIR, otherwise a new UUID each time.")
    private @Nullable Path stateDirectory;

    @Option(
            names = "--patience",
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            defaultValue = "1m",
            description = "How long to try again while servers ask to wait: a volume is busy, a server starts."
                    + " Default: ${DEFAULT-VALUE}.")
    private Duration patience = Duration.ofMinutes(1);

    @Option(
            names = "--dead-timeout",
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            defaultValue = "12s",
            description = "How long to wait for a silent server. Default: ${DEFAULT-VALUE}.")
    private Duration deadTimeout = Duration.ofSeconds(12);

    @Option(
            names = "--probe-interval",
            paramLabel = "DURATION",
            converter = AmountConverters.OfDuration.class,
            description = "How long the server of a mapped file may be unheard before it is asked: bounds how stale a mapping can"
                    + " be when the server has lost its state; other files are used for twice as long. Default: 5s, in the demo 1s.")
    private @Nullable Duration probeInterval;

    @Option(
            names = "--cache-size",
            paramLabel = "SIZE",
            converter = AmountConverters.OfBytes.class,
            defaultValue = "256M",
            description = "How much memory the cache may use, 4M or more. Default: ${DEFAULT-VALUE}.")
    private long cacheBytes = 256L << 20;

    /// Made by picocli.
    public ClientOptions() {}

    /// A client as the options describe it.
    ///
    /// @param variables the environment variables
    /// @throws IOException if a configuration file cannot be read
    public AfsClientBuilder builder(Map<String, String> variables) throws IOException {
        CellDatabase database = CellDatabase.read(configDirectory(variables));
        @Nullable CellConfiguration chosen = chosenCell(database, variables);
        AfsClientBuilder builder = limits(AfsClient.builder());
        @Nullable Path state = state(variables);
        if (state != null) {
            builder.stateDirectory(state);
        }
        if (asksDns(variables)) {
            builder.cellLookup(DnsCellLookup.ofSystem(SystemWorld.instance()));
        }
        if (chosen != null) {
            builder.cell(chosen);
        }
        return builder.cells(database);
    }

    /// Sets the time-outs, the patience and the cache's size, and no cell.
    ///
    /// @param builder what to set them of
    public AfsClientBuilder limits(AfsClientBuilder builder) {
        if (cacheBytes < LEAST_CACHE_BYTES) {
            throw wrong("--cache-size: less than 4M");
        }
        builder.deadTimeout(deadTimeout).patience(patience).cacheBytes(cacheBytes);
        return probeInterval == null ? builder : builder.probeInterval(probeInterval);
    }

    /// The cell that the options, the environment or ThisCell name; null if none does. The cells that are only in CellServDB do not
    /// count: that comes with a package, and names cells of the whole world.
    ///
    /// @param variables the environment variables
    /// @throws IOException if a configuration file cannot be read
    public @Nullable String namedCell(Map<String, String> variables) throws IOException {
        CellDatabase database = CellDatabase.read(configDirectory(variables));
        @Nullable CellConfiguration chosen = chosenCell(database, variables);
        if (chosen != null) {
            return chosen.name();
        }
        @Nullable String named = cell != null ? cell : variables.get(CELL_VARIABLE);
        return named != null ? named : database.thisCell().orElse(null);
    }

    /// Whether the command line chooses a cell; the environment does not count.
    public boolean choosesCell() {
        return cell != null || !servers.isEmpty();
    }

    /// How long a server may be unheard, or null if the command line does not say.
    public @Nullable Duration probeInterval() {
        return probeInterval;
    }

    private Path configDirectory(Map<String, String> variables) {
        return config != null ? config : Path.of(variables.getOrDefault(CONFIG_VARIABLE, CUSTOMARY_CONFIG));
    }

    private @Nullable Path state(Map<String, String> variables) {
        String variable = variables.getOrDefault(STATE_VARIABLE, "");
        return stateDirectory != null || variable.isEmpty() ? stateDirectory : Path.of(variable);
    }

    private boolean asksDns(Map<String, String> variables) {
        return dns != null ? dns : "yes".equals(variables.get(DNS_VARIABLE));
    }

    private @Nullable CellConfiguration chosenCell(CellDatabase database, Map<String, String> variables) {
        @Nullable String name = cell != null ? cell : variables.get(CELL_VARIABLE);
        List<String> named = servers;
        if (named.isEmpty() && cell == null && variables.containsKey(SERVER_VARIABLE)) {
            named = List.of(variables.getOrDefault(SERVER_VARIABLE, "").strip().split("\\s+"));
        }
        if (named.isEmpty()) {
            if (cell != null && database.cell(cell).isEmpty() && !asksDns(variables)) {
                throw wrong("--cell " + cell + " is not in CellServDB: say its --server too, or look it up by --dns");
            }
            return null;
        }
        if (name == null) {
            name = database.thisCell().orElse(null);
        }
        if (name == null) {
            throw wrong("--server: say the --cell too");
        }
        try {
            return CellConfiguration.parse(name, named);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
