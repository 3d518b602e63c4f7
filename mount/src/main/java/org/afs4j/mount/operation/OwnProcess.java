package org.afs4j.mount.operation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Tells whether a thread is one of this process: a daemon that uses its own mount waits for itself, and if it maps a file of it,
/// beyond any signal.
///
/// Threads: any; nothing blocks.
final class OwnProcess {
    private static final int MOST_STRANGERS = 4096;

    private final Path threads;
    /// Threads that were found not to be ours. A number that is used again for a thread of ours is missed until they are too many.
    private final Set<Integer> strangers = ConcurrentHashMap.newKeySet();

    OwnProcess() {
        this(Path.of("/proc/self/task"));
    }

    OwnProcess(Path threads) {
        this.threads = threads;
    }

    /// Whether a thread is ours.
    ///
    /// @param threadId its number; 0 is the kernel
    boolean has(int threadId) {
        if (threadId <= 0 || strangers.contains(threadId)) {
            return false;
        }
        boolean ours = Files.exists(threads.resolve(Integer.toString(threadId)));
        if (!ours) {
            if (strangers.size() >= MOST_STRANGERS) {
                strangers.clear();
            }
            strangers.add(threadId);
        }
        return ours;
    }
}
