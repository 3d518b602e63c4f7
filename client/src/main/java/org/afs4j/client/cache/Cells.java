package org.afs4j.client.cache;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsContext;

/// The cells that a client knows. Immutable, so found without a lock.
public final class Cells {
    private static final int NAMES_IN_A_MESSAGE = 5;

    private final Map<String, Cell> byName = new LinkedHashMap<>();

    /// Makes the cells.
    ///
    /// @param context what the cache shares
    /// @param configurations where their servers are
    public Cells(CacheContext context, List<CellConfiguration> configurations) {
        configurations.forEach(each -> byName.put(each.name(), new Cell(context, each)));
    }

    /// Finds a cell.
    ///
    /// @param name its name
    /// @throws AfsConfigurationException if it is not known
    public Cell cell(String name) throws AfsConfigurationException {
        Cell cell = byName.get(name);
        if (cell == null) {
            throw new AfsConfigurationException(
                    "unknown cell '" + name + "' (known: " + known() + "): name its servers (--server) or add it to CellServDB",
                    AfsContext.NONE.withVolume(name, null));
        }
        return cell;
    }

    private String known() {
        if (byName.isEmpty()) {
            return "none";
        }
        String first = byName.keySet().stream().limit(NAMES_IN_A_MESSAGE).collect(Collectors.joining(", "));
        int more = byName.size() - NAMES_IN_A_MESSAGE;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    /// All cells.
    public Collection<Cell> all() {
        return byName.values();
    }
}
