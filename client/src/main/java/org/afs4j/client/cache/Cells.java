package org.afs4j.client.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.afs4j.base.lock.HeldLocks;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellLookup;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsUnreachableException;
import org.jspecify.annotations.Nullable;

/// The cells that a client knows: those that are configured, and those that were looked up because a path or a mount point named
/// them.
///
/// Invariants:
/// 1. A cell that is known stays, in its place: its volumes and vnodes may be in use. Only its location servers change.
/// 2. What is kept is bounded: whoever can write a mount point can name cells.
///
/// Threads: any; a known cell is found without a lock. Locks: a leaf around adding one. Blocks: while a cell is looked up that is not known, or whose answer is old.
public final class Cells {
    private static final int NAMES_IN_A_MESSAGE = 5;
    /// How many cells are found beside the configured ones.
    private static final int MOST_FOUND = 1000;
    private static final int MOST_ABSENT = 10_000;
    /// How soon after a failure a name is looked up again, and the soonest that any answer is doubted.
    private static final long LEAST_KEEP_NANOS = 5_000_000_000L;
    private static final long MOST_KEEP_NANOS = 86_400_000_000_000L;
    /// What is worth asking about: names of hosts, with a dot, which keeps out most of what programs look for in every directory.
    private static final Pattern NAME =
            Pattern.compile("(?=.{3,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)+");

    private final CacheContext context;
    private final KnownCells known;
    private final RankedMutex changes = new RankedMutex(LockRank.LEAF);
    private final ConcurrentMap<String, Long> believedUntilNanos = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> absentUntilNanos = new ConcurrentHashMap<>();
    private volatile Map<String, Cell> byName;

    /// Makes the cells.
    ///
    /// @param context what the cache shares
    /// @param known which there are, and how others are found
    public Cells(CacheContext context, KnownCells known) {
        this.context = context;
        this.known = known;
        Map<String, Cell> configured = new LinkedHashMap<>();
        known.configured().forEach(each -> configured.put(each.name(), new Cell(context, each)));
        this.byName = configured;
    }

    /// Finds a cell.
    ///
    /// @param name its name or an alias of it
    /// @throws AfsConfigurationException if there is none of this name
    /// @throws AfsUnreachableException if it cannot be told whether there is
    /// @throws IOException if interrupted
    public Cell cell(String name) throws IOException {
        String real = known.aliases().getOrDefault(name, name);
        Cell cell = byName.get(real);
        if (cell == null) {
            String lower = real.toLowerCase(Locale.ROOT);
            cell = byName.get(lower);
            return cell != null ? refreshed(cell) : found(lower, name);
        }
        return refreshed(cell);
    }

    /// Asks again about a cell that was looked up, when its answer is old. While nothing better is to be had the old one serves on.
    private Cell refreshed(Cell cell) {
        Long untilNanos = believedUntilNanos.get(cell.name());
        if (untilNanos == null || untilNanos - context.world().nanoTime() > 0) {
            return cell;
        }
        long soonNanos = context.world().nanoTime() + LEAST_KEEP_NANOS;
        if (believedUntilNanos.replace(cell.name(), untilNanos, soonNanos)) {
            try {
                CellLookup.Answer answer = ask(cell.name());
                if (answer.cell() != null) {
                    cell.configure(answer.cell());
                    believedUntilNanos.put(cell.name(), untilNanos(answer));
                }
            } catch (IOException e) {
                System.getLogger("org.afs4j.client").log(System.Logger.Level.DEBUG, "cell " + cell.name() + " is not found again", e);
            }
        }
        return cell;
    }

    private Cell found(String name, String asked) throws IOException {
        if (!NAME.matcher(name).matches() || believedUntilNanos.size() >= MOST_FOUND) {
            throw unknown(asked);
        }
        Long absent = absentUntilNanos.get(name);
        if (absent != null && absent - context.world().nanoTime() > 0) {
            throw unknown(asked);
        }
        CellLookup.Answer answer;
        try {
            answer = ask(name);
        } catch (InterruptedIOException | AfsException e) {
            throw e;
        } catch (IOException e) {
            AfsUnreachableException failure = new AfsUnreachableException(
                    List.of(String.valueOf(e.getMessage())), new AfsContext(null, name, null, null, null, "look-up of the cell"));
            failure.initCause(e);
            throw failure;
        }
        CellConfiguration configuration = answer.cell();
        if (configuration == null) {
            if (absentUntilNanos.size() >= MOST_ABSENT) {
                absentUntilNanos.clear();
            }
            absentUntilNanos.put(name, untilNanos(answer));
            throw unknown(asked);
        }
        believedUntilNanos.put(name, untilNanos(answer));
        return add(new Cell(context, configuration));
    }

    /// Adds a cell, unless another thread has found it meanwhile.
    private Cell add(Cell cell) {
        changes.lock();
        try {
            Cell known = byName.get(cell.name());
            if (known != null) {
                return known;
            }
            Map<String, Cell> after = new LinkedHashMap<>(byName);
            after.put(cell.name(), cell);
            byName = after;
            return cell;
        } finally {
            changes.unlock();
        }
    }

    private CellLookup.Answer ask(String name) throws IOException {
        assert HeldLocks.allowCall();
        context.counters().count(AfsCounter.CELL_LOOKUPS);
        return known.lookup().find(name);
    }

    private long untilNanos(CellLookup.Answer answer) {
        long keepNanos = answer.keep().toSeconds() > MOST_KEEP_NANOS / 1_000_000_000L ? MOST_KEEP_NANOS : answer.keep().toNanos();
        return context.world().nanoTime() + Math.max(keepNanos, LEAST_KEEP_NANOS);
    }

    private AfsConfigurationException unknown(String name) {
        return new AfsConfigurationException(
                "unknown cell '" + name + "' (known: " + names() + "): name its servers (--server) or add it to CellServDB",
                AfsContext.NONE.withVolume(name, null));
    }

    private String names() {
        Map<String, Cell> cells = byName;
        if (cells.isEmpty()) {
            return "none";
        }
        String first = cells.keySet().stream().limit(NAMES_IN_A_MESSAGE).collect(Collectors.joining(", "));
        int more = cells.size() - NAMES_IN_A_MESSAGE;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    /// All cells that are known by now, the configured ones first.
    public Collection<Cell> all() {
        return byName.values();
    }

    /// The name of the client's own cell; empty if it has none.
    String own() {
        String own = known.own();
        if (own != null) {
            return own;
        }
        return known.configured().isEmpty() ? "" : known.configured().getFirst().name();
    }

    /// A cell by its place, as debugging tools ask.
    ///
    /// @param index from 0
    /// @return null beyond the last
    @Nullable Cell at(int index) {
        List<Cell> cells = new ArrayList<>(all());
        return index < 0 || index >= cells.size() ? null : cells.get(index);
    }
}
