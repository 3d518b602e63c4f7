package org.afs4j.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.afs4j.simulation.SimulatedSystem.Member;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.LockLedger;
import org.afs4j.simulation.workload.Ground;
import org.afs4j.simulation.workload.User;
import org.jspecify.annotations.Nullable;

/// A place at which a user sits with a client. If the client dies, the next user sits down with a new one.
///
/// Threads: the user's; [#kill()] by any of the same world.
final class Seat {
    /// A strip follows the answer to its break, and takes no time of the world unless it must wait.
    private static final long MAPPED_SLACK_NANOS = 1_000_000;

    /// One user in so many only watches.
    private static final int ONE_WATCHER_IN = 5;

    /// Numbers of successive clients of one seat differ by more than there are seats.
    private static final int NEXT_OF_SEAT = 100;

    private final SimulatedSystem system;
    private final History history;
    private final @Nullable LockLedger locks;
    private final boolean pins;
    private final Ground ground;
    private final RandomGenerator random;
    private final List<Thread> funerals = new ArrayList<>();
    private Member member;
    private User user;
    private int number;
    private boolean killed;
    private boolean left;
    private int failuresBefore;

    /// Sits a user down.
    ///
    /// @param number the client's number in the history
    Seat(SimulatedSystem system, SimulationPlan plan, History history, LockLedger locks, Ground ground, RandomGenerator random, int number) throws IOException {
        this.system = system;
        this.history = history;
        this.locks = plan.locks() == 1 ? locks : null;
        this.pins = plan.pins() == 1;
        this.ground = ground;
        this.random = random;
        this.number = number;
        member = system.newMember();
        user = newUser();
    }

    private User newUser() {
        User.Manner manner = new User.Manner(random.nextInt(ONE_WATCHER_IN) == 0, MAPPED_SLACK_NANOS, locks, pins);
        return new User(system.world(), history, ground, number, member.client(), random, manner);
    }

    Member member() {
        return member;
    }

    /// The client's number in the history.
    int number() {
        return number;
    }

    User user() {
        return user;
    }

    /// How many actions of all its users failed with a typed error.
    int failures() {
        return failuresBefore + user.failures();
    }

    /// Whether a client is this seat's and has not died.
    boolean isAlive(Member one) {
        return member.equals(one) && !killed;
    }

    /// Makes the client die before the user's next action: nobody hears of it any more. Without effect once the user has left.
    void kill() {
        if (!left) {
            killed = true;
            if (locks != null) {
                locks.died(number);
            }
            system.part(member.host());
        }
    }

    /// Acts until a time of the world, with pauses.
    void act(long untilNanos, long pauseNanos) throws IOException, InterruptedException {
        while (untilNanos - system.world().nanoTime() > 0) {
            if (killed) {
                succeed();
            }
            user.act();
            system.world().pause(random.nextInt(8) == 0 ? 0 : random.nextLong(2 * pauseNanos));
        }
        left = true;
        if (killed) {
            succeed();
        }
    }

    /// The dead client is closed too, behind a network that carries nothing: so its threads end.
    private void succeed() throws IOException {
        Member dead = member;
        funerals.add(system.world().start("funeral", () -> closeUnheard(dead)));
        killed = false;
        failuresBefore += user.failures();
        number += NEXT_OF_SEAT;
        member = system.newMember();
        user = newUser();
    }

    private static void closeUnheard(Member dead) {
        try {
            dead.client().close();
        } catch (IOException e) {
            // What it had not stored is lost, which is what dying means.
            assert !e.getClass().equals(IOException.class) : e;
        }
    }

    /// Stores and closes everything of the user's.
    void finish() throws IOException, InterruptedException {
        user.finish();
        member.client().close();
        for (Thread funeral : funerals) {
            funeral.join();
        }
    }
}
