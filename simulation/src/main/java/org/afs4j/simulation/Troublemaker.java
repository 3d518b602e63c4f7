package org.afs4j.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.simulation.SimulatedSystem.Member;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.History.Trouble;

/// Plays the faults of a plan, each on a thread of its own where it lasts, and tells the history whom it excuses.
///
/// Threads: the world's.
final class Troublemaker {
    private static final long MILLI_NANOS = 1_000_000L;

    /// How long after a fault a client may still be behind: a probe interval, and what calls under way at its end take to give up.
    static final long RECOVERY_NANOS = 40_000 * MILLI_NANOS;

    private static final int BREAKS_LOST = 1000;

    private final SimulatedSystem system;
    private final History history;
    private final List<Seat> seats;
    private final List<Thread> lasting = new ArrayList<>();
    private int stops;
    private int losses;
    private int quotas;

    Troublemaker(SimulatedSystem system, History history, List<Seat> seats) {
        this.system = system;
        this.history = history;
        this.seats = seats;
    }

    /// Plays the faults; returns when all have begun.
    void play(List<PlannedFault> faults) throws IOException, InterruptedException {
        long startNanos = system.world().nanoTime();
        for (PlannedFault fault : faults) {
            system.world().pause(startNanos + fault.atMillis() * MILLI_NANOS - system.world().nanoTime());
            begin(fault);
        }
    }

    /// Waits until no fault lasts any longer and everyone must have caught up.
    void awaitRecovery() throws InterruptedException {
        for (Thread thread : lasting) {
            thread.join();
        }
    }

    private void begin(PlannedFault fault) throws IOException {
        Seat seat = seats.get(fault.client() % seats.size());
        switch (fault.kind()) {
            case RESTART_FORGETTING, RESTART_KEEPING -> {
                last(fault, History.EVERYBODY, () -> {});
                system.cell().restartFileServer(fault.kind() == FaultKind.RESTART_KEEPING);
            }
            case STOP -> {
                stops++;
                last(fault, History.EVERYBODY, () -> {
                    if (--stops == 0) {
                        system.cell().startFileServer();
                    }
                });
                system.cell().stopFileServer();
            }
            case PARTITION -> {
                Member struck = seat.member();
                last(fault, seat.number(), () -> {
                    if (seat.isAlive(struck)) {
                        system.join(struck.host());
                    }
                });
                system.part(struck.host());
            }
            case LOSS -> {
                losses++;
                last(fault, History.EVERYBODY, () -> {
                    if (--losses == 0) {
                        system.setHeavyLoss(false);
                    }
                });
                system.setHeavyLoss(true);
            }
            case QUOTA -> {
                quotas++;
                last(fault, History.EVERYBODY, () -> {
                    if (--quotas == 0) {
                        system.cell().volume("scratch").setMaxBytes(0);
                    }
                });
                system.cell().volume("scratch").setMaxBytes(1);
            }
            case BREAK_VOLUME -> system.cell().breakVolume("scratch");
            case CRASH -> seat.kill();
            case LOSE_BREAKS -> system.cell().server(0).faults().loseBreaks(BREAKS_LOST);
        }
    }

    private void last(PlannedFault fault, int client, Runnable end) {
        Trouble trouble = history.troubleBegins(client);
        boolean atOnce = fault.kind() == FaultKind.RESTART_FORGETTING || fault.kind() == FaultKind.RESTART_KEEPING;
        lasting.add(system.world().start(fault.toString(), () -> {
            try {
                system.world().pause(atOnce ? 0 : fault.forMillis() * MILLI_NANOS);
                end.run();
                system.world().pause(RECOVERY_NANOS);
                history.troubleEnds(trouble);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a simulation", e);
            }
        }));
    }
}
