package org.afs4j.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.simulation.SimulatedSystem.Member;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.History.Trouble;
import org.afs4j.simulation.history.LockLedger;

/// Plays the faults of a plan, each on a thread of its own where it lasts, and tells the history whom it excuses.
///
/// Threads: the world's.
final class Troublemaker {
    private static final long MILLI_NANOS = 1_000_000L;

    /// How long after a fault a client may still be behind: a probe interval, and what calls under way at its end take to give up.
    private static final long RECOVERY_MILLIS = 40_000;

    private static final int BREAKS_LOST = 1000;
    private static final int BREAKS_REORDERED = 2;
    private static final Duration LATEST_BREAK = Duration.ofSeconds(2);

    private final SimulatedSystem system;
    private final History history;
    private final LockLedger locks;
    private final List<Seat> seats;
    private final List<Thread> lasting = new ArrayList<>();
    private int stops;
    private int losses;
    private int quotas;
    private int deaths;
    private boolean dies;
    private boolean losesPower;
    private boolean changesServer;
    private int busyDisks;

    /// How a fault ends.
    @FunctionalInterface
    private interface Ending {
        void run() throws IOException;
    }

    Troublemaker(SimulatedSystem system, History history, LockLedger locks, List<Seat> seats) {
        this.system = system;
        this.history = history;
        this.locks = locks;
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
                locks.serverRestarted();
                system.restartServer(fault.kind() == FaultKind.RESTART_KEEPING);
            }
            case STOP -> {
                stops++;
                last(fault, History.EVERYBODY, () -> {
                    if (--stops == 0) {
                        system.setSilent(false);
                    }
                });
                system.setSilent(true);
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
                        system.setFull(false);
                    }
                });
                system.setFull(true);
            }
            case BREAK_VOLUME -> system.breakVolume();
            case CRASH -> seat.kill();
            case KILL_SERVER, POWER_LOSS -> killServer(fault);
            case SLOW_DISK -> {
                busyDisks++;
                goOn(fault, () -> {
                    if (--busyDisks == 0) {
                        system.setDiskBusy(false);
                    }
                });
                system.setDiskBusy(true);
            }
            case LATE_BREAKS -> {
                system.faults().delayBreaks(Duration.ZERO, LATEST_BREAK);
                goOn(fault, () -> system.faults().delayBreaks(Duration.ZERO, Duration.ZERO));
            }
            case REORDERED_BREAKS -> {
                system.faults().reorderBreaks(BREAKS_REORDERED, LATEST_BREAK);
                goOn(fault, () -> system.faults().reorderBreaks(1, Duration.ZERO));
            }
            case LOSE_BREAKS -> system.faults().loseBreaks(BREAKS_LOST);
        }
    }

    /// A server that is dead already stays so until the last of its deaths is over.
    private void killServer(PlannedFault fault) throws IOException {
        deaths++;
        dies = true;
        losesPower = fault.kind() == FaultKind.POWER_LOSS;
        last(fault, History.EVERYBODY, () -> {
            deaths--;
            killOrStart();
        });
        killOrStart();
    }

    /// Makes the server as dead as it has to be. Both ways take time, on a slow disk longer than some faults: whoever is at it goes on
    /// until nothing is left to do, and the others leave it to him.
    private void killOrStart() throws IOException {
        if (changesServer) {
            return;
        }
        changesServer = true;
        while (dies || (deaths == 0 && system.isDead())) {
            if (!dies) {
                system.startServer();
            } else if (!system.isDead()) {
                dies = false;
                locks.serverDied();
                system.killServer(losesPower);
            } else {
                dies = false;
            }
        }
        changesServer = false;
    }

    /// Ends a fault when its time is over that excuses nobody: what it makes late is waited for.
    private void goOn(PlannedFault fault, Ending end) {
        lasting.add(system.world().start(fault.toString(), () -> afterwards(fault.forMillis(), end)));
    }

    private void afterwards(long millis, Ending end) {
        try {
            system.world().pause(millis * MILLI_NANOS);
            end.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a simulation", e);
        }
    }

    private void last(PlannedFault fault, int client, Ending end) {
        Trouble trouble = history.troubleBegins(client);
        boolean atOnce = fault.kind() == FaultKind.RESTART_FORGETTING || fault.kind() == FaultKind.RESTART_KEEPING;
        lasting.add(system.world().start(fault.toString(), () -> {
            afterwards(atOnce ? 0 : fault.forMillis(), end);
            afterwards(RECOVERY_MILLIS, () -> history.troubleEnds(trouble));
        }));
    }
}
