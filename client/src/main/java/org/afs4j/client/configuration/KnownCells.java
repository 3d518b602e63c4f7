package org.afs4j.client.configuration;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which cells a client knows, and how it finds others.
///
/// @param configured the cells that are configured
/// @param aliases other names of cells: the alias, then the cell's name
/// @param lookup finds cells that are not configured
/// @param own the name of the client's own cell, or null if it has none
public record KnownCells(
        List<CellConfiguration> configured, Map<String, String> aliases, CellLookup lookup, @Nullable String own) {
    /// Makes a copy of the lists.
    public KnownCells {
        configured = List.copyOf(configured);
        aliases = Map.copyOf(aliases);
    }

    /// Knows these cells and finds no others.
    ///
    /// @param configured the cells
    public static KnownCells of(CellConfiguration... configured) {
        return new KnownCells(List.of(configured), Map.of(), CellLookup.NONE, null);
    }
}
