package org.afs4j.rx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.rx.simulation.LinkConditions;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A process that is stopped for a while takes its own silence for nobody's: what came meanwhile is read before anybody is judged.
class StoppedProcessTest {
    private static final RxOptions CLIENT = RxOptions.defaults();
    /// The peer waits for a stopped client longer than the client waits for its peer, as OpenAFS's file server does.
    private static final RxOptions SERVER = CLIENT.withDeadTimeout(Duration.ofMinutes(2));
    private static final Duration LONG_STOP = CLIENT.deadTimeout().multipliedBy(5);

    private final SimulatedWorld world = new SimulatedWorld(20261121);
    private final SimulatedNetwork network = new SimulatedNetwork(world);

    /// A call under way.
    private static final class Caller {
        private final Thread thread;
        private final AtomicReference<@Nullable Object> outcome;

        Caller(Thread thread, AtomicReference<@Nullable Object> outcome) {
            this.thread = thread;
            this.outcome = outcome;
        }

        /// Waits for its end.
        ///
        /// @return the reply, or what was thrown
        @Nullable Object end() throws InterruptedException {
            thread.join();
            return outcome.get();
        }
    }

    @FunctionalInterface
    private interface Body {
        void run(StoppableProcess process, RxEndpoint client, RxEndpoint server) throws Exception;
    }

    private void run(Body body) {
        network.setConditions(LinkConditions.perfect().withDelay(200_000, 0));
        world.run(() -> {
            StoppableProcess process = new StoppableProcess(world, network.open(SimulatedRun.address(1, 7001)));
            RxEndpoint client = RxEndpoint.open(process, process, CLIENT);
            RxEndpoint server = RxEndpoint.open(world, network.open(SimulatedRun.address(2, 7000)), SERVER);
            body.run(process, client, server);
            client.close();
            server.close();
            client.requireIdle();
            server.requireIdle();
        });
    }

    private Caller call(RxEndpoint client, byte[] request) {
        RxConnection connection = client.connect(SimulatedRun.address(2, 7000), 1, RxClientSecurity.none());
        AtomicReference<@Nullable Object> outcome = new AtomicReference<>();
        Thread thread = world.start("caller", () -> {
            try {
                outcome.set(Services.call(connection, request));
            } catch (IOException e) {
                outcome.set(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return new Caller(thread, outcome);
    }

    private void serveAfter(RxEndpoint server, Duration time) {
        server.serve(1, call -> {
            byte[] request = Services.readAll(call);
            try {
                world.pause(time.toNanos());
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
            call.write(ByteBuffer.wrap(request));
        });
    }

    private void stopFor(StoppableProcess process, Duration time) throws InterruptedException {
        process.stop();
        world.pause(time.toNanos());
        process.goOn();
    }

    @Test
    void readsTheReplyThatCameWhileItWasStoppedForLongerThanTheDeadTime() {
        run((process, client, server) -> {
            serveAfter(server, Duration.ofSeconds(1));
            Caller caller = call(client, new byte[] {1, 2, 3});
            world.pause(Duration.ofMillis(500).toNanos());
            process.stop();
            world.pause(LONG_STOP.toNanos());
            assertThat(process.unread()).isPositive();
            process.goOn();
            assertThat(caller.end()).isEqualTo(new byte[] {1, 2, 3});
            assertThat(client.counters().value(RxCounter.CALLS_TIMED_OUT)).isZero();
        });
    }

    @Test
    void asksAServerThatIsStillAtWorkWhenItGoesOn() {
        run((process, client, server) -> {
            serveAfter(server, LONG_STOP.multipliedBy(2));
            Caller caller = call(client, new byte[] {1, 2, 3});
            world.pause(Duration.ofMillis(500).toNanos());
            stopFor(process, LONG_STOP);
            assertThat(caller.end()).isEqualTo(new byte[] {1, 2, 3});
        });
    }

    @Test
    void goesOnWithDataThatIsUnderWayWheneverAndHoweverOftenItIsStopped() {
        run((process, client, server) -> {
            serveAfter(server, Duration.ofMillis(20));
            for (int stop = 0; stop < 40; stop++) {
                byte[] request = Services.pattern(400_000, stop);
                Caller caller = call(client, request);
                for (int again = 0; again < 3; again++) {
                    world.pause(world.random().nextLong(20_000_000));
                    stopFor(process, LONG_STOP);
                }
                assertThat(caller.end()).as("stop %d", stop).isEqualTo(request);
            }
            assertThat(client.counters().value(RxCounter.CALLS_TIMED_OUT)).isZero();
        });
    }

    @Test
    void isNotIdleWhileItIsStopped() {
        run((process, client, server) -> {
            serveAfter(server, Duration.ofSeconds(30));
            Caller caller = call(client, new byte[] {1, 2, 3});
            world.pause(Duration.ofMillis(500).toNanos());
            stopFor(process, CLIENT.limits().idleDeadTimeout().plusSeconds(1));
            assertThat(caller.end()).isEqualTo(new byte[] {1, 2, 3});
            assertThat(client.counters().value(RxCounter.CALLS_IDLE)).isZero();
        });
    }

    @Test
    void findsADeadPeerWithinTheDeadTimeAfterItGoesOn() {
        run((process, client, server) -> {
            serveAfter(server, Duration.ofSeconds(1));
            Caller caller = call(client, new byte[] {1, 2, 3});
            network.partition(SimulatedRun.address(1, 0).getAddress(), SimulatedRun.address(2, 0).getAddress());
            world.pause(Duration.ofSeconds(5).toNanos());
            stopFor(process, LONG_STOP);
            long sinceNanos = world.nanoTime();
            assertThat(caller.end()).isInstanceOfSatisfying(
                    RxTimeoutException.class, e -> assertThat(e.reason()).isEqualTo(RxTimeoutException.Reason.SILENT));
            assertThat(world.nanoTime() - sinceNanos).isLessThanOrEqualTo(CLIENT.deadTimeout().toNanos());
        });
    }

    /// Else a machine that is always busy would never let go of a dead peer.
    @Test
    void findsADeadPeerThoughItsTimersAreAlwaysLate() {
        run((process, client, server) -> {
            process.lateNanos = Duration.ofSeconds(3).toNanos();
            long sinceNanos = world.nanoTime();
            network.partition(SimulatedRun.address(1, 0).getAddress(), SimulatedRun.address(2, 0).getAddress());
            Caller caller = call(client, new byte[] {1, 2, 3});
            assertThat(caller.end()).isInstanceOf(RxTimeoutException.class);
            assertThat(world.nanoTime() - sinceNanos).isLessThan(3 * CLIENT.deadTimeout().toNanos());
            process.lateNanos = 0;
        });
    }
}
