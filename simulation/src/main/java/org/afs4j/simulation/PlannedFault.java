package org.afs4j.simulation;

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
