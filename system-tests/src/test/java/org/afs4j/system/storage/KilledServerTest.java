package org.afs4j.system.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.client.AfsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed at random points under load. `-Dkills=N` says how often, `-Dkills.seed=N` from which seed.
class KilledServerTest {
    private static final int KILLS = Integer.getInteger("kills", 3);
    private static final long SEED = Long.getLong("kills.seed", 1);
    private static final int USERS = 2;
    private static final int STEPS_BEFORE_A_KILL = 30;

    @TempDir
    private Path data;

    /// The users' work, and where they meet.
    private static final class Load {
        final AtomicInteger steps = new AtomicInteger();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Phaser meeting = new Phaser(USERS + 1);
        volatile CountDownLatch stepsToCome = new CountDownLatch(0);
        volatile boolean meet;
        volatile boolean end;

        void work(KilledUser user) {
            try {
                while (!end) {
                    boolean last = meet;
                    user.step();
                    steps.incrementAndGet();
                    stepsToCome.countDown();
                    if (last) {
                        meeting.arriveAndAwaitAdvance();
                        meeting.arriveAndAwaitAdvance();
                    }
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
                end = true;
                while (stepsToCome.getCount() > 0) {
                    stepsToCome.countDown();
                }
            } finally {
                meeting.arriveAndDeregister();
            }
        }

        void awaitSteps(int count) throws InterruptedException {
            stepsToCome = new CountDownLatch(count);
            if (!end) {
                stepsToCome.await();
            }
        }
    }

    @Test
    void everySyncedByteIsThereDirectoriesAreSoundAndClientsGoOn() throws Exception {
        Random random = new Random(SEED);
        List<KilledUser> users = new ArrayList<>();
        Load load = new Load();
        int unusedFiles = 0;
        try (ServedData server = new ServedData(data.resolve("cell"))) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                KilledUser user = new KilledUser(server.newImpatientClient(), ServedData.ROOT + "/user" + i, SEED * 31 + i);
                users.add(user);
                threads.add(Thread.ofPlatform().daemon().name("user" + i).start(() -> load.work(user)));
            }
            for (int kill = 0; kill < KILLS && load.failure.get() == null; kill++) {
                load.awaitSteps(1 + random.nextInt(STEPS_BEFORE_A_KILL));
                server.killAndStartAgain();
                assertThat(server.checked()).as("kill %d", kill).contains("\"findings\":0");
                unusedFiles += server.checked().contains("\"unusedFiles\":0") ? 0 : 1;
                load.meet = true;
                meetAndCompare(load, server, users, kill);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            if (load.failure.get() != null) {
                throw new AssertionError("seed " + SEED, load.failure.get());
            }
            for (KilledUser user : users) {
                user.close();
            }
        } finally {
            load.end = true;
            load.meeting.forceTermination();
        }
        System.out.println("killed " + KILLS + " times (seed " + SEED + ") within " + load.steps.get() + " steps; "
                + users.stream().mapToInt(KilledUser::uncertain).sum() + " steps without an answer at first; "
                + unusedFiles + " starts removed files of stores that were cut short");
    }

    /// Waits until each user has done a step since the server is back, compares what a new client sees with what they know, and lets
    /// them go on.
    private static void meetAndCompare(Load load, ServedData server, List<KilledUser> users, int kill) throws Exception {
        load.meeting.arriveAndAwaitAdvance();
        load.meet = false;
        if (load.failure.get() != null) {
            return;
        }
        try (AfsClient fresh = server.newPatientClient()) {
            for (KilledUser user : users) {
                assertThat(user.difference(fresh)).as("kill %d", kill).isEmpty();
            }
        }
        load.end |= kill == KILLS - 1;
        load.meeting.arriveAndAwaitAdvance();
    }
}
