package org.afs4j.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.base.simulation.SimulationFailure;
import org.afs4j.client.AfsClient;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.LockLedger;
import org.afs4j.simulation.history.Violation;
import org.afs4j.simulation.workload.Ground;

/// One run of a plan: clients with their users, a cell and a network in one simulated world, and a check of what every user saw.
///
/// The run is good if every read saw what it may see ([History]), nothing but typed errors came to users and none once everything was well
/// again, everything ended, in the end all clients saw the same, and the server held no promise for anyone who had closed.
public final class CoherenceSimulation {
    private static final long MILLI_NANOS = 1_000_000L;
    private static final long SECOND_NANOS = 1_000 * MILLI_NANOS;

    private final SimulationPlan plan;
    private final SimulatedWorld world;
    private final History history = new History();
    private final LockLedger locks = new LockLedger();
    private final Ground ground;
    private final List<Seat> seats = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private int typedErrors;
    private long traceHash;

    private CoherenceSimulation(SimulationPlan plan) {
        this.plan = plan;
        world = new SimulatedWorld(plan.seed());
        ground = new Ground(SimulatedSystem.DIRECTORY, plan.files(), plan.slots(), plan.names(), plan.mappedWrites() == 1 ? plan.clients() : 0, null, 0);
    }

    /// Runs a plan.
    ///
    /// Blocks: until the run has ended, on the calling thread.
    ///
    /// @param plan what to run
    /// @return what came of it
    public static SimulationReport run(SimulationPlan plan) {
        return new CoherenceSimulation(plan).run();
    }

    private SimulationReport run() {
        long startNanos = world.nanoTime();
        try {
            world.run(this::play);
        } catch (SimulationFailure e) {
            violations.add(new Violation(told(e)));
        }
        violations.addAll(history.violations());
        violations.addAll(locks.violations());
        double seconds = (world.nanoTime() - startNanos) / (double) SECOND_NANOS;
        return new SimulationReport(plan, history.writeCount(), history.readCount(), typedErrors, seconds, traceHash, List.copyOf(violations));
    }

    private static String told(SimulationFailure failure) {
        Throwable cause = failure.getCause();
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        while (cause != null) {
            text.append(": ").append(cause);
            cause = cause.getCause();
        }
        return text.toString();
    }

    private void play() throws Exception {
        try (SimulatedSystem system = new SimulatedSystem(world, plan)) {
            try (AfsClient founder = system.newMember().client()) {
                ground.prepare(founder, history);
            }
            for (int client = 0; client < plan.clients(); client++) {
                RandomGenerator own = RandomGeneratorFactory.of("L64X128MixRandom").create(plan.seed() * 31 + client);
                seats.add(new Seat(system, plan, history, locks, ground, own, client));
            }
            Troublemaker troublemaker = new Troublemaker(system, history, locks, seats);
            actInTrouble(troublemaker);
            troublemaker.awaitRecovery();
            for (Seat seat : seats) {
                // What failed in the background during the trouble, and which locks died with the server, is told now, once.
                seat.user().syncEverything();
                seat.user().unlockEverything();
            }
            typedErrors = seats.stream().mapToInt(Seat::failures).sum();
            endWell(system);
            traceHash = system.traceHash();
        }
    }

    private void actInTrouble(Troublemaker troublemaker) throws IOException, InterruptedException {
        long untilNanos = world.nanoTime() + plan.seconds() * SECOND_NANOS;
        List<Thread> users = new ArrayList<>();
        for (Seat seat : seats) {
            users.add(world.start("user " + seat.number(), () -> {
                try {
                    seat.act(untilNanos, plan.pauseMillis() * MILLI_NANOS);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException("client " + seat.number() + " failed without a typed error", e);
                }
            }));
        }
        troublemaker.play(plan.faults());
        for (Thread user : users) {
            user.join();
        }
    }

    /// Nothing is wrong any longer: everything is stored, everyone sees the same, and nothing fails.
    private void endWell(SimulatedSystem system) throws IOException, InterruptedException {
        Seat witness = new Seat(system, plan, history, locks, ground, RandomGeneratorFactory.of("L64X128MixRandom").create(plan.seed()), plan.clients());
        for (Seat seat : seats) {
            seat.user().syncEverything();
        }
        seats.add(witness);
        long calmTick = history.tick();
        for (Seat seat : seats) {
            seat.user().lookAtEverything();
        }
        violations.addAll(history.disagreements(calmTick));
        system.endLoss();
        for (Seat seat : seats) {
            seat.finish();
        }
        int late = seats.stream().mapToInt(Seat::failures).sum() - typedErrors;
        if (late > 0) {
            violations.add(new Violation(late + " actions failed although nothing was wrong any longer"));
        }
        boolean someDied = plan.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.CRASH);
        if (!someDied && system.promiseCount() > 0) {
            violations.add(new Violation("the server holds " + system.promiseCount() + " promises for clients that have closed"));
        }
        system.findings().forEach(finding -> violations.add(new Violation("the server's disk was found wrong: " + finding)));
    }
}
