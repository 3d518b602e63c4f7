package org.afs4j.system.differential;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The calls of one seed, made to both file servers in turn. Of each three runs one is in a volume with little room, of each two one
/// by a client that knows universal error numbers.
final class Run implements AutoCloseable {
    private static final int ROOM_BLOCKS = 60;
    private static final int MOST_TRIES_TO_SHORTEN = 400;

    private final CellPair cells;
    private final long seed;
    private final Peer openAfs;
    private final Peer embedded;
    private final boolean bounded;
    private int served;

    Run(CellPair cells, long seed) {
        this.cells = cells;
        this.seed = seed;
        bounded = seed % 3 == 0;
        openAfs = cells.openAfs(seed % 2 == 0);
        embedded = cells.embedded(seed % 2 == 0);
    }

    /// A call and its two answers.
    private record Answers(Step step, String openAfs, String embedded) {
        boolean differ() {
            return !openAfs.equals(embedded);
        }

        boolean served() {
            return embedded.startsWith(Peer.SERVED);
        }
    }

    private void begin() throws IOException {
        if (bounded) {
            cells.setRoom(openAfs, embedded, 0);
        }
        cells.begin(openAfs, embedded);
        if (bounded) {
            cells.setRoom(openAfs, embedded, ROOM_BLOCKS);
        }
    }

    private Answers answers(Step step) {
        return new Answers(step, openAfs.answer(step), embedded.answer(step));
    }

    /// Makes the calls, up to the first that is answered differently.
    ///
    /// @param calls how many
    /// @return that call with both answers, after as few others as it takes; null if there is none
    @Nullable String difference(int calls) throws IOException {
        begin();
        CallGenerator generator = new CallGenerator(seed, bounded);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            Step step = generator.next();
            steps.add(step);
            Answers answers = answers(step);
            if (answers.differ()) {
                return told(steps, answers);
            }
            if (answers.served()) {
                served++;
                step.effect().run();
            }
        }
        return null;
    }

    /// How many calls were served, by both.
    int served() {
        return served;
    }

    private String told(List<Step> steps, Answers answers) throws IOException {
        List<Step> shortest = shortened(steps, answers);
        return "seed %d, call %d: %s%n  OpenAFS:  %s%n  embedded: %s%nafter no more than%n%s"
                .formatted(
                        seed,
                        steps.size() - 1,
                        answers.step(),
                        answers.openAfs(),
                        answers.embedded(),
                        shortest.subList(0, shortest.size() - 1).stream().map(step -> "  " + step + "\n").collect(Collectors.joining()));
    }

    /// Leaves out calls as long as the last one has the same two answers.
    private List<Step> shortened(List<Step> all, Answers answers) throws IOException {
        List<Step> steps = new ArrayList<>(all);
        int tries = 0;
        for (int size = steps.size() / 2; size > 0; size /= 2) {
            for (int from = steps.size() - 1 - size; from >= 0 && tries < MOST_TRIES_TO_SHORTEN; from -= size) {
                List<Step> fewer = new ArrayList<>(steps);
                fewer.subList(from, Math.min(from + size, steps.size() - 1)).clear();
                tries++;
                if (endsIn(answers, fewer)) {
                    steps = fewer;
                }
            }
        }
        return steps;
    }

    private boolean endsIn(Answers answers, List<Step> steps) throws IOException {
        begin();
        for (Step step : steps.subList(0, steps.size() - 1)) {
            if (answers(step).differ()) {
                return false;
            }
        }
        return answers(steps.getLast()).equals(answers);
    }

    /// Gives the volume all the room again.
    @Override
    public void close() throws IOException {
        if (bounded) {
            cells.setRoom(openAfs, embedded, 0);
        }
    }
}
