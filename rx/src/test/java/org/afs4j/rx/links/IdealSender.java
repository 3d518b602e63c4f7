package org.afs4j.rx.links;

import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// What a window permits at best: a sender that always has its window full, learns each packet's fate exactly one round trip after
/// it left, and sends what was lost again at once; nothing else takes time. No sender that keeps to the window does better.
final class IdealSender {
    private IdealSender() {}

    private record Answer(double atSeconds, int seq, boolean arrived) {}

    /// Packets that arrive in a second.
    ///
    /// @param windowPackets from the first packet that has not arrived
    /// @param roundTripSeconds of every packet
    /// @param loss chance that a packet is lost
    /// @param packets how many are sent for the measurement
    /// @param seed of the losses
    static double packetsPerSecond(int windowPackets, double roundTripSeconds, double loss, int packets, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        PriorityQueue<Answer> answers =
                new PriorityQueue<>((a, b) -> a.atSeconds != b.atSeconds ? Double.compare(a.atSeconds, b.atSeconds) : a.seq - b.seq);
        boolean[] arrived = new boolean[packets];
        int first = 0;
        int next = 0;
        double now = 0;
        while (first < packets) {
            while (next < packets && next - first < windowPackets) {
                answers.add(new Answer(now + roundTripSeconds, next++, random.nextDouble() >= loss));
            }
            Answer answer = answers.remove();
            now = answer.atSeconds;
            if (answer.arrived) {
                arrived[answer.seq] = true;
            } else {
                answers.add(new Answer(now + roundTripSeconds, answer.seq, random.nextDouble() >= loss));
            }
            while (first < packets && arrived[first]) {
                first++;
            }
        }
        return packets / now;
    }
}
