package org.afs4j.rx.simulation;

/// How a link treats datagrams in one direction.
///
/// @param lossProbability chance that a datagram is lost, 0 to 1
/// @param duplicateProbability chance that a datagram arrives twice, 0 to 1
/// @param reorderProbability chance that a datagram is held back by `reorderDelayNanos`, so that later ones overtake it, 0 to 1
/// @param reorderDelayNanos how long such a datagram is held back, 0 or more
/// @param delayNanos how long every datagram takes, 0 or more
/// @param jitterNanos up to how much longer it may take, 0 or more; evenly spread
/// @param bandwidthBytesPerSecond what passes in a second, datagram headers not counted; 0 for no bound
/// @param queueLimitBytes what waits at most for its turn to pass; a datagram that finds no room is lost; matters only with a
///     bandwidth
/// @param corruptProbability chance that one bit of a datagram is another when it arrives, unseen by the checksum of UDP, 0 to 1
/// @param longestBytes datagrams that are longer are lost
public record LinkConditions(
        double lossProbability,
        double duplicateProbability,
        double reorderProbability,
        long reorderDelayNanos,
        long delayNanos,
        long jitterNanos,
        long bandwidthBytesPerSecond,
        long queueLimitBytes,
        double corruptProbability,
        int longestBytes) {
    /// Nothing is lost, everything takes 50 µs.
    public static LinkConditions perfect() {
        return new LinkConditions(0, 0, 0, 0, 50_000, 0, 0, Long.MAX_VALUE, 0, Integer.MAX_VALUE);
    }

    /// The same with another loss.
    ///
    /// @param probability 0 to 1
    public LinkConditions withLoss(double probability) {
        return new LinkConditions(
                probability,
                duplicateProbability,
                reorderProbability,
                reorderDelayNanos,
                delayNanos,
                jitterNanos,
                bandwidthBytesPerSecond,
                queueLimitBytes,
                corruptProbability,
                longestBytes);
    }

    /// The same with another duplication.
    ///
    /// @param probability 0 to 1
    public LinkConditions withDuplication(double probability) {
        return new LinkConditions(
                lossProbability,
                probability,
                reorderProbability,
                reorderDelayNanos,
                delayNanos,
                jitterNanos,
                bandwidthBytesPerSecond,
                queueLimitBytes,
                corruptProbability,
                longestBytes);
    }

    /// The same with another reordering.
    ///
    /// @param probability 0 to 1
    /// @param heldBackNanos how long a datagram is held back so that others overtake it
    public LinkConditions withReordering(double probability, long heldBackNanos) {
        return new LinkConditions(
                lossProbability,
                duplicateProbability,
                probability,
                heldBackNanos,
                delayNanos,
                jitterNanos,
                bandwidthBytesPerSecond,
                queueLimitBytes,
                corruptProbability,
                longestBytes);
    }

    /// The same with another delay.
    ///
    /// @param nanos what every datagram takes
    /// @param upToNanos up to how much longer it may take
    public LinkConditions withDelay(long nanos, long upToNanos) {
        return new LinkConditions(
                lossProbability,
                duplicateProbability,
                reorderProbability,
                reorderDelayNanos,
                nanos,
                upToNanos,
                bandwidthBytesPerSecond,
                queueLimitBytes,
                corruptProbability,
                longestBytes);
    }

    /// The same with another bottleneck.
    ///
    /// @param bytesPerSecond what passes in a second; 0 for no bound
    /// @param limitBytes what may wait
    public LinkConditions withBandwidth(long bytesPerSecond, long limitBytes) {
        return new LinkConditions(
                lossProbability,
                duplicateProbability,
                reorderProbability,
                reorderDelayNanos,
                delayNanos,
                jitterNanos,
                bytesPerSecond,
                limitBytes,
                corruptProbability,
                longestBytes);
    }

    /// The same with another corruption.
    ///
    /// @param probability 0 to 1
    public LinkConditions withCorruption(double probability) {
        return new LinkConditions(
                lossProbability,
                duplicateProbability,
                reorderProbability,
                reorderDelayNanos,
                delayNanos,
                jitterNanos,
                bandwidthBytesPerSecond,
                queueLimitBytes,
                probability,
                longestBytes);
    }

    /// The same with another bound of datagrams.
    ///
    /// @param bytes of the longest that passes
    public LinkConditions withLongest(int bytes) {
        return new LinkConditions(
                lossProbability,
                duplicateProbability,
                reorderProbability,
                reorderDelayNanos,
                delayNanos,
                jitterNanos,
                bandwidthBytesPerSecond,
                queueLimitBytes,
                corruptProbability,
                bytes);
    }
}
