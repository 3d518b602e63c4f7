package org.afs4j.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.client.cache.ClientCore;
import org.afs4j.client.cache.ClientSettings;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellDatabase;
import org.afs4j.client.configuration.CellLookup;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.pagecache.PageCacheOptions;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// Builds an [AfsClient].
public final class AfsClientBuilder {
    private static final int LEAST_VNODES = 100;

    private final Map<String, CellConfiguration> cells = new LinkedHashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private CellLookup lookup = CellLookup.NONE;
    private @Nullable String ownCell;
    private World world = SystemWorld.instance();
    private @Nullable DatagramPort port;
    private List<String> systemNames = defaultSystemNames();
    private ClientSettings settings = ClientSettings.defaults();

    AfsClientBuilder() {}

    /// Adds a cell.
    ///
    /// @param cell where its servers are; replaces one of the same name
    public AfsClientBuilder cell(CellConfiguration cell) {
        cells.put(cell.name(), cell);
        return this;
    }

    /// Adds a cell by the addresses of its location servers.
    ///
    /// @param name the cell's name
    /// @param servers each `HOST[:PORT[:FILESERVERPORT]]`
    public AfsClientBuilder cell(String name, String... servers) {
        return cell(CellConfiguration.parse(name, List.of(servers)));
    }

    /// Adds all cells of a host's configuration that are not added yet, their aliases, and which of them is its own.
    ///
    /// @param database the cells
    public AfsClientBuilder cells(CellDatabase database) {
        database.cells().forEach(cell -> cells.putIfAbsent(cell.name(), cell));
        database.aliases().forEach(aliases::putIfAbsent);
        ownCell = ownCell != null ? ownCell : database.thisCell().orElse(null);
        return this;
    }

    /// Gives a cell another name: `/afs/ALIAS` leads to the cell, `/afs/.ALIAS` to its read-write volumes.
    ///
    /// @param alias the other name
    /// @param cell the cell's name; the cell need not be known yet
    public AfsClientBuilder alias(String alias, String cell) {
        aliases.put(alias, cell);
        return this;
    }

    /// Sets which cell is the client's own: debugging tools ask, and nothing else depends on it.
    ///
    /// @param name the cell's name; the first cell added if not set
    public AfsClientBuilder ownCell(String name) {
        ownCell = name;
        return this;
    }

    /// Sets how cells are found that were not added, when a path or a mount point names one.
    ///
    /// @param other finds them; none are found if not set
    public AfsClientBuilder cellLookup(CellLookup other) {
        lookup = other;
        return this;
    }

    /// Bounds the memory of the page cache.
    ///
    /// @param bytes the bound; 256 MiB if not set
    public AfsClientBuilder cacheBytes(long bytes) {
        settings = settings.withPages(settings.pages().withBudgetBytes(bytes));
        return this;
    }

    /// Sets the page cache's sizes, the bound of its memory too.
    ///
    /// @param options the sizes
    public AfsClientBuilder pageCache(PageCacheOptions options) {
        settings = settings.withPages(options);
        return this;
    }

    /// What AFS calls the system that this JVM runs on; `linux` for any other.
    private static List<String> defaultSystemNames() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> List.of("amd64_linux26", "amd64_linux24", "linux");
            case "aarch64" -> List.of("arm64_linux26", "linux");
            case null, default -> List.of("linux");
        };
    }

    /// Sets what `@sys` at the end of a name stands for.
    ///
    /// @param names the names, the best first; `amd64_linux26` and others by the processor if not set
    public AfsClientBuilder systemNames(List<String> names) {
        systemNames = List.copyOf(names);
        return this;
    }

    /// Bounds how many files, directories and symlinks are cached; those that are open, mapped or not yet stored come on top.
    ///
    /// @param count the bound, 100 or more; 100,000 if not set, about half a KiB each
    public AfsClientBuilder cachedVnodes(int count) {
        if (count < LEAST_VNODES) {
            throw new IllegalArgumentException("fewer than " + LEAST_VNODES + " vnodes: " + count);
        }
        settings = settings.withMostVnodes(count);
        return this;
    }

    /// Sets how long a server whose files are mapped may go unheard before it is probed: how late lost callback state can be
    /// noticed. What is cached of other servers is used for twice as long before they are asked.
    ///
    /// @param interval more than zero; 5 s if not set
    public AfsClientBuilder probeInterval(Duration interval) {
        requirePositive(interval);
        settings = settings.withProbeInterval(interval);
        return this;
    }

    /// Sets how long a silent server is waited for.
    ///
    /// @param timeout more than zero; 12 s if not set
    public AfsClientBuilder deadTimeout(Duration timeout) {
        requirePositive(timeout);
        settings = settings.withDeadTimeout(timeout);
        return this;
    }

    /// Sets how long an operation is tried again while servers ask to wait, because a volume is busy or a server is starting.
    ///
    /// @param longest zero or more; a minute if not set
    public AfsClientBuilder patience(Duration longest) {
        if (longest.isNegative()) {
            throw new IllegalArgumentException("less than zero: " + longest);
        }
        settings = settings.withPatience(longest);
        return this;
    }

    /// Sets where the client keeps the UUID by which servers know it, so that it is the same client when it starts again. Of several
    /// clients that use one directory at once only the first has it.
    ///
    /// @param directory the directory, made if it is not there; without one the UUID is of this run alone
    public AfsClientBuilder stateDirectory(Path directory) {
        settings = settings.withStateDirectory(directory);
        return this;
    }

    private static void requirePositive(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("not more than zero: " + time);
        }
    }

    /// Runs the client in another world: a simulated one.
    ///
    /// @param otherWorld its time, randomness and threads
    /// @param otherPort its port, which the client owns from now on
    public AfsClientBuilder world(World otherWorld, DatagramPort otherPort) {
        world = otherWorld;
        port = otherPort;
        return this;
    }

    /// Opens the client: its port, page cache and callback service. No server is asked yet.
    ///
    /// @return the client, to be closed by the caller
    /// @throws IOException if the port cannot be opened
    public AfsClient open() throws IOException {
        DatagramPort open = port != null ? port : DatagramPort.open(new InetSocketAddress(0));
        KnownCells known = new KnownCells(List.copyOf(cells.values()), aliases, lookup, ownCell);
        return new AfsClient(ClientCore.open(world, open, known, settings), systemNames);
    }
}
