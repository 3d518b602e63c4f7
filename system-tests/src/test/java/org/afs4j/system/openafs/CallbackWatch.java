package org.afs4j.system.openafs;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The callback calls that a file server sends, as seen on the wire, whoever receives them. One line a call: time, server,
/// client, procedure, and for `CallBack` the fids.
///
/// Threads: one at a time.
public final class CallbackWatch implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final BlockingQueue<String> arriving = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private CallbackWatch(Process process) {
        this.process = process;
    }

    static CallbackWatch start(String program, String networkInterface) throws IOException {
        Process process = new ProcessBuilder("python3", program, networkInterface, "3600")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CallbackWatch watch = new CallbackWatch(process);
        Thread.ofPlatform().name("callback-watch").daemon().start(watch::collect);
        if (watch.await(line -> line.startsWith("watching"), START_LIMIT) == null) {
            watch.close();
            throw new IOException("cannot read the wire of " + networkInterface);
        }
        watch.seen.clear();
        return watch;
    }

    /// Waits for a call that the condition accepts, among those already seen or still to come.
    ///
    /// @return its line, or null if none came within `limit`
    public @Nullable String await(Predicate<String> condition, Duration limit) throws IOException {
        for (String line : seen) {
            if (condition.test(line)) {
                return line;
            }
        }
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (; ; ) {
                String line = arriving.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    return null;
                }
                seen.add(line);
                if (condition.test(line)) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a callback", e);
        }
    }

    /// All calls so far, in order.
    public List<String> calls() {
        arriving.drainTo(seen);
        return List.copyOf(seen);
    }

    private void collect() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                arriving.add(line);
            }
        } catch (IOException e) {
            arriving.add("the watch ended: " + e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
