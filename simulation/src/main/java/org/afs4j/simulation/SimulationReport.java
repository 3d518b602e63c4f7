package org.afs4j.simulation;

import java.util.List;
import org.afs4j.simulation.history.Violation;

/// What came of a run.
///
/// @param plan what it followed from
/// @param writes how many writes were begun
/// @param reads how many reads ended and were checked
/// @param typedErrors how many actions failed with a typed error, as they may while something is wrong
/// @param simulatedSeconds how long the run took in its world
/// @param traceHash of every datagram: when it left, whence, what became of it, its bytes; equal in every run of the plan
/// @param violations what must not happen and did; empty if all is well
public record SimulationReport(
        SimulationPlan plan, int writes, int reads, int typedErrors, double simulatedSeconds, long traceHash, List<Violation> violations) {
    /// Whether all is well.
    public boolean isGood() {
        return violations.isEmpty();
    }
}
