package org.afs4j.testkit.pagecache.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Makes a script that fails shorter, as long as it goes on to fail: takes out halves, quarters and so on down to single operations.
final class Shrinker {
    private static final int MOST_REPLAYS = 2000;

    private Shrinker() {}

    /// The shortest script found; replayed with the same seed it fails too.
    static List<Operation> shrink(List<Operation> failing, Predicate<List<Operation>> fails) {
        List<Operation> shortest = failing;
        int replays = 0;
        for (int piece = Math.max(1, failing.size() / 2); piece > 0; ) {
            boolean shorter = false;
            for (int from = 0; from < shortest.size() && replays < MOST_REPLAYS; ) {
                List<Operation> rest = new ArrayList<>(shortest.subList(0, from));
                rest.addAll(shortest.subList(Math.min(from + piece, shortest.size()), shortest.size()));
                replays++;
                if (fails.test(rest)) {
                    shortest = rest;
                    shorter = true;
                } else {
                    from += piece;
                }
            }
            piece = piece > 1 ? piece / 2 : shorter && replays < MOST_REPLAYS ? 1 : 0;
        }
        return shortest;
    }
}
