package org.afs4j.client.configuration;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Finds cells that no configuration names.
///
/// The client remembers what is found for as long as the answer says, and asks only about names that could be those of cells: with
/// a dot, of letters, digits and hyphens.
@FunctionalInterface
public interface CellLookup {
    /// Finds none, for ever.
    CellLookup NONE = name -> new Answer(null, Duration.ofDays(1));

    /// What is known of a name.
    ///
    /// @param cell the cell, with a location server at least; null if there is none of this name
    /// @param keep how long to believe that, more than zero
    record Answer(@Nullable CellConfiguration cell, Duration keep) {
        /// Makes an answer.
        public Answer {
            if (cell != null && cell.locationServers().isEmpty()) {
                throw new IllegalArgumentException("a cell without a location server: " + cell.name());
            }
            if (!keep.isPositive()) {
                throw new IllegalArgumentException("not more than zero: " + keep);
            }
        }
    }

    /// Finds a cell.
    ///
    /// Threads: any. Blocks: as long as the answer takes.
    ///
    /// @param name the cell's name, lower case
    /// @return the cell, or that there is none
    /// @throws IOException if it cannot be told now; its message says why
    Answer find(String name) throws IOException;
}
