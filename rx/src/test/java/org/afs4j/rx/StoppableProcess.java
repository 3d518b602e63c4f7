package org.afs4j.rx;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.world.DelegatingWorld;
import org.afs4j.base.world.World;
import org.afs4j.rx.port.DatagramPort;

/// The world and the port of an endpoint whose process can be stopped, as by SIGSTOP, while the network and everybody else go on: its
/// timers do not run, and what comes for it waits to be read. When it goes on, it looks at its timers first, which is the worst order.
///
/// One thread of a simulated world runs at a time, so the lists need no lock.
final class StoppableProcess extends DelegatingWorld implements DatagramPort {
    private record Datagram(ByteBuffer bytes, InetSocketAddress from) {}

    private final DatagramPort port;
    private final List<HeldTimer> due = new ArrayList<>();
    private final List<Datagram> unread = new ArrayList<>();
    private DatagramHandler handler = new Nobody();
    private boolean stopped;

    /// How much later than it should each timer runs.
    long lateNanos;

    StoppableProcess(World world, DatagramPort port) {
        super(world);
        this.port = port;
    }

    /// Stops the process.
    void stop() {
        stopped = true;
    }

    /// How much waits to be read.
    int unread() {
        return unread.size();
    }

    /// Lets the process go on.
    void goOn() {
        stopped = false;
        List<HeldTimer> timers = List.copyOf(due);
        due.clear();
        timers.forEach(HeldTimer::run);
        List<Datagram> datagrams = List.copyOf(unread);
        unread.clear();
        for (Datagram datagram : datagrams) {
            handler.onDatagram(datagram.bytes, datagram.from);
        }
        handler.onBatchEnd();
    }

    private final class HeldTimer implements Timer {
        private final Runnable task;
        private final Timer timer;
        private boolean cancelled;

        HeldTimer(long delayNanos, Runnable task) {
            this.task = task;
            this.timer = world.schedule(delayNanos + lateNanos, this::ring);
        }

        private void ring() {
            if (stopped) {
                due.add(this);
            } else {
                run();
            }
        }

        private void run() {
            if (!cancelled) {
                task.run();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            timer.cancel();
        }
    }

    /// Who takes datagrams before the port is started.
    private static final class Nobody implements DatagramHandler {
        @Override
        public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {}

        @Override
        public void onBatchEnd() {}
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return new HeldTimer(delayNanos, task);
    }

    @Override
    public void start(DatagramHandler taker) {
        handler = taker;
        port.start(new DatagramHandler() {
            @Override
            public void onDatagram(ByteBuffer datagram, InetSocketAddress from) {
                if (stopped) {
                    unread.add(new Datagram(ByteBuffer.allocate(datagram.remaining()).put(datagram).flip(), from));
                } else {
                    taker.onDatagram(datagram, from);
                }
            }

            @Override
            public void onBatchEnd() {
                if (!stopped) {
                    taker.onBatchEnd();
                }
            }
        });
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress to) throws IOException {
        port.send(datagram, to);
    }

    @Override
    public InetSocketAddress localAddress() {
        return port.localAddress();
    }

    @Override
    public void close() {
        port.close();
    }
}
