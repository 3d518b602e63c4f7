package org.afs4j.base.simulation;

/// The schedules under which a small program with a race in it is run: many, each a [SimulatedWorld] with preemption that follows
/// from its number. A number replays its schedule.
public final class Schedules {
    /// The system property by which whoever runs a test says how many schedules it explores.
    public static final String COUNT_PROPERTY = "afs4j.schedules";

    /// The system property by which the first of them is chosen, to replay one.
    public static final String FIRST_PROPERTY = "afs4j.schedules.first";

    /// A point is passed often: few preemptions find races of few steps that lie far apart, many those of many steps.
    private static final int[] PREEMPTION_PERCENT = {5, 20, 50};

    private Schedules() {}

    /// A program, made anew for each schedule.
    @FunctionalInterface
    public interface Program {
        /// Runs on a thread of the world; starts the others.
        ///
        /// @param world the schedule
        /// @throws Exception whatever makes the run fail
        void run(SimulatedWorld world) throws Exception;
    }

    /// Runs a program under as many schedules as [#COUNT_PROPERTY] says, from [#FIRST_PROPERTY] or 0 on.
    ///
    /// @param usually how many if it says nothing
    /// @param program the program; assertions have to be enabled, as the points of preemption are in assertions
    /// @throws SimulationFailure of the first schedule that fails; its seed is the schedule's number
    public static void explore(int usually, Program program) {
        int count = Integer.getInteger(COUNT_PROPERTY, usually);
        int first = Integer.getInteger(FIRST_PROPERTY, 0);
        for (int number = first; number < first + count; number++) {
            run(number, program);
        }
    }

    /// Runs a program under one schedule.
    ///
    /// @param number which one
    /// @param program the program
    /// @throws SimulationFailure if it fails
    public static void run(int number, Program program) {
        SimulatedWorld world = new SimulatedWorld(number, PREEMPTION_PERCENT[number % PREEMPTION_PERCENT.length]);
        world.run(() -> program.run(world));
    }
}
