package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.system.openafs.OpenAfsCell.CallbackState;
import org.afs4j.system.openafs.OpenAfsCell.VolumeBreak;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What befalls an OpenAFS file server while clients read, write and hold a mapping: no error is seen, nothing acknowledged is
/// lost, a read never goes back behind what was committed before it began, and a client that does nothing but look into its mapping is
/// current within the probe interval and what the calls take.
@WithOpenAfsCell
class ServerEventsTest extends EventsOnOpenAfs {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
    private static final int CHANGES_BEFORE_AND_AFTER = 5;
    private static final int WARM_READS = 1000;

    ServerEventsTest(OpenAfsCell cell) {
        super(cell);
    }

    /// What befalls the server.
    enum Event {
        RESTART {
            @Override
            void befall(OpenAfsCell cell) throws IOException {
                cell.restartFileServer(CallbackState.KEPT);
            }
        },
        RESTART_WITHOUT_CALLBACK_STATE {
            @Override
            boolean losesPromises() {
                return true;
            }

            @Override
            void befall(OpenAfsCell cell) throws IOException {
                cell.restartFileServer(CallbackState.DROPPED);
            }
        },
        CRASH {
            @Override
            boolean losesPromises() {
                return true;
            }

            @Override
            void befall(OpenAfsCell cell) throws IOException {
                cell.crashFileServer();
            }
        },
        DOWN_FOR_TWENTY_SECONDS {
            @Override
            void befall(OpenAfsCell cell) throws IOException {
                cell.stopFileServer();
                // How long the server is down is the event itself; nothing is waited for.
                cell.exec("sleep", "20");
                cell.startFileServer();
            }
        },
        MOVE_TO_ANOTHER_PARTITION_AND_BACK {
            @Override
            void befall(OpenAfsCell cell) throws IOException {
                cell.moveVolume("scratch", false);
                cell.moveVolume("scratch", true);
            }
        },
        VOLUME_BREAK {
            @Override
            void befall(OpenAfsCell cell) throws IOException {
                cell.breakVolume("scratch", VolumeBreak.FSSYNC);
            }
        };

        abstract void befall(OpenAfsCell cell) throws IOException;

        /// Whether the server forgets whom it owes breaks, so that a client relies on a promise that is none until it hears from the server.
        boolean losesPromises() {
            return false;
        }
    }

    private static void await(String what, BooleanSupplier comeAbout) {
        long start = System.nanoTime();
        while (!comeAbout.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(PATIENCE_NANOS);
            Thread.onSpinWait();
        }
    }

    /// CB-5, CB-10, MM-5, and the remedies of the error table.
    @ParameterizedTest
    @EnumSource
    void clientsGoOnThrough(Event event) throws Exception {
        String path = "/afs/" + cell.name() + "/scratch/event-" + event + ProcessHandle.current().pid();
        try (AfsClient writer = newClient();
                AfsClient reader = newClient();
                AfsClient watcher = newClient();
                AfsFile written = writer.open(path, AfsOpenOption.WRITE, AfsOpenOption.CREATE)) {
            written.write(0, number(0));
            written.sync();
            AtomicLong committed = new AtomicLong();
            ConcurrentMap<Long, Long> committedNanos = new ConcurrentHashMap<>();
            AtomicLong furthestBehindNanos = new AtomicLong();
            AtomicBoolean over = new AtomicBoolean();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            try (AfsFile shared = reader.open(path);
                    MappedView view = shared.map(MapAccess.READ_ONLY, 0, Long.BYTES);
                    AfsFile watched = watcher.open(path);
                    MappedView idle = watched.map(MapAccess.READ_ONLY, 0, Long.BYTES)) {
                List<Thread> threads = new ArrayList<>();
                threads.add(start(failure, () -> {
                    for (long change = 1; !over.get(); change++) {
                        written.write(0, number(change));
                        written.sync();
                        committedNanos.put(change, System.nanoTime());
                        committed.set(change);
                    }
                }));
                threads.add(start(failure, () -> {
                    while (!over.get()) {
                        long before = committed.get();
                        long value = read(shared);
                        Long unseenNanos = event.losesPromises() ? committedNanos.get(value + 1) : null;
                        if (value < before && unseenNanos != null) {
                            furthestBehindNanos.accumulateAndGet(System.nanoTime() - unseenNanos, Math::max);
                        } else {
                            assertThat(value).as("a read that began after that was committed").isGreaterThanOrEqualTo(before);
                        }
                    }
                }));
                threads.add(start(failure, () -> {
                    long before = 0;
                    while (!over.get()) {
                        long now = mapped(view);
                        assertThat(now).as("the mapping never goes back").isGreaterThanOrEqualTo(before);
                        before = now;
                    }
                }));
                threads.add(start(failure, () -> {
                    while (!over.get()) {
                        Long unseenNanos = committedNanos.get(mapped(idle) + 1);
                        if (unseenNanos != null) {
                            furthestBehindNanos.accumulateAndGet(System.nanoTime() - unseenNanos, Math::max);
                        }
                    }
                }));
                try {
                    await("changes before", () -> failure.get() != null || committed.get() >= CHANGES_BEFORE_AND_AFTER);
                    event.befall(cell);
                    long after = committed.get() + CHANGES_BEFORE_AND_AFTER;
                    await("changes after", () -> failure.get() != null || committed.get() >= after);
                } finally {
                    over.set(true);
                    for (Thread thread : threads) {
                        thread.join();
                    }
                }
                assertThat(failure.get()).isNull();
                await("the mapping shows the last change", () -> mapped(view) >= committed.get());
                await("the idle mapping shows the last change", () -> mapped(idle) >= committed.get());
                System.out.printf("%s: %d changes; what nobody was told of was behind by %d ms at most%n", event, committed.get(),
                        Duration.ofNanos(furthestBehindNanos.get()).toMillis());
                assertThat(furthestBehindNanos.get()).as("an idle mapping, and a read after promises were lost, is current within the bound").isLessThan(MAPPED_BOUND_NANOS);
                read(shared);
                long calls = callsWithoutProbes(reader);
                for (int time = 0; time < WARM_READS; time++) {
                    read(shared);
                    mapped(view);
                }
                assertThat(reader.counters().get(AfsCounter.MASS_BREAKS))
                        .as("InitCallBackState3 has come")
                        .isGreaterThanOrEqualTo(event == Event.RESTART_WITHOUT_CALLBACK_STATE ? 1 : 0);
                assertThat(callsWithoutProbes(reader)).as("the warm path makes no call").isEqualTo(calls);
            }
            try (AfsClient third = newClient();
                    AfsFile file = third.open(path)) {
                assertThat(read(file)).as("nothing acknowledged is lost").isGreaterThanOrEqualTo(committed.get());
            }
        }
    }

    private static long callsWithoutProbes(AfsClient client) {
        return client.counters().get(AfsCounter.FILE_SERVER_CALLS) - client.counters().get(AfsCounter.SERVER_PROBES);
    }

    /// What a thread of the test does.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(AtomicReference<Throwable> failure, Work work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
            }
        });
    }
}
