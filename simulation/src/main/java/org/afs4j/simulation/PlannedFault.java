package org.afs4j.simulation;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One fault of a plan.
///
/// @param kind what happens
/// @param atMillis when, from the start of the run
/// @param forMillis how long, where it lasts; 0 or more
/// @param client whom it strikes, from 0 on, where it strikes one
public record PlannedFault(FaultKind kind, long atMillis, long forMillis, int client) {
    private static final Pattern TEXT = Pattern.compile("([A-Z_]+)@(\\d{1,9})\\+(\\d{1,9})#(\\d{1,3})");

    private static final long SHORTEST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 25_000;

    /// A fault by chance.
    ///
    /// @param kinds of which it is one, not empty
    /// @param random what it follows from
    /// @param seconds within how many seconds it begins
    /// @param clients of how many it strikes one
    static PlannedFault of(List<FaultKind> kinds, RandomGenerator random, int seconds, int clients) {
        return new PlannedFault(
                kinds.get(random.nextInt(kinds.size())),
                random.nextLong(seconds * 1000L),
                random.nextLong(SHORTEST_MILLIS, LONGEST_MILLIS),
                random.nextInt(clients));
    }

    static PlannedFault parse(String text) {
        Matcher match = TEXT.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("no fault, which is KIND@ATMILLIS+FORMILLIS#CLIENT: " + text);
        }
        return new PlannedFault(
                FaultKind.valueOf(match.group(1)),
                Long.parseLong(match.group(2)),
                Long.parseLong(match.group(3)),
                Integer.parseInt(match.group(4)));
    }

    @Override
    public String toString() {
        return kind + "@" + atMillis + "+" + forMillis + "#" + client;
    }
}
