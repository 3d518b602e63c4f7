package org.afs4j.base.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The clock goes by a time that stands still until the test moves it, so nothing depends on how fast a thread is.
class AlarmClockTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10 * HOUR);
    private final AlarmClock clock = new AlarmClock(now::get);
    private final BlockingQueue<Integer> rung = new LinkedBlockingQueue<>();

    private World.Alarm alarm(int which) {
        return clock.newAlarm(() -> rung.add(which));
    }

    /// What rings up to a time; nothing that is set for later.
    private List<Integer> ringing(long hours) throws InterruptedException {
        // The clock's thread looks at the time when it has rung an alarm: it is kept in one while time passes.
        CountDownLatch rings = new CountDownLatch(1);
        CountDownLatch passed = new CountDownLatch(1);
        clock.newAlarm(() -> {
                    rings.countDown();
                    await(passed);
                })
                .set(0);
        rings.await();
        now.addAndGet(hours * HOUR + 1);
        alarm(-1).set(0);
        passed.countDown();
        List<Integer> all = new ArrayList<>();
        for (Integer next = rung.take(); next != -1; next = rung.take()) {
            all.add(next);
        }
        return all;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void alarmsRingInTheOrderOfTheirTimesAlsoBeyondTheEndOfTheNumbers() throws Exception {
        List<Integer> hours = new ArrayList<>(IntStream.rangeClosed(1, 300).boxed().toList());
        Collections.shuffle(hours, new Random(1));
        hours.forEach(hour -> alarm(hour).set(hour * HOUR));
        assertThat(ringing(100)).containsExactlyElementsOf(IntStream.range(1, 101).boxed().toList());
        assertThat(ringing(200)).containsExactlyElementsOf(IntStream.range(101, 301).boxed().toList());
        assertThat(ringing(1000)).isEmpty();
    }

    @Test
    void whatIsSetAgainRingsAtItsLastTimeOnlyAndWhatIsCancelledNever() throws Exception {
        Random random = new Random(2);
        List<World.Alarm> alarms = IntStream.range(0, 200).mapToObj(this::alarm).toList();
        long[] due = new long[200];
        for (int step = 0; step < 5000; step++) {
            int which = random.nextInt(200);
            if (random.nextInt(4) == 0) {
                alarms.get(which).cancel();
                due[which] = 0;
            } else {
                // No two at the same time.
                due[which] = 200L * random.nextInt(1, 1000) + which;
                alarms.get(which).set(due[which] * HOUR / 1000);
            }
        }
        List<Integer> expected = IntStream.range(0, 200)
                .filter(which -> due[which] != 0)
                .boxed()
                .sorted((one, other) -> Long.compare(due[one], due[other]))
                .toList();
        assertThat(expected).hasSizeBetween(100, 199);
        assertThat(ringing(300)).isEqualTo(expected);
    }

    @Test
    void anAlarmMaySetItselfAgainAndOneThatFailsStopsNoOther() throws Exception {
        World.Alarm[] self = new World.Alarm[1];
        int[] left = {3};
        self[0] = clock.newAlarm(() -> {
            rung.add(left[0]);
            if (--left[0] > 0) {
                self[0].set(0);
            }
            throw new IllegalStateException("by intent of the test");
        });
        self[0].set(0);
        assertThat(List.of(rung.take(), rung.take(), rung.take())).containsExactly(3, 2, 1);
        assertThat(ringing(0)).isEmpty();
    }
}
