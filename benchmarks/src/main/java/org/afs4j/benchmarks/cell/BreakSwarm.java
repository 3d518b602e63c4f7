package org.afs4j.benchmarks.cell;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;
import org.afs4j.cell.AfsCell;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.simulation.SimulatedNetwork;

/// Thousands of clients, each with its own Rx endpoint at its own address of a network inside this process, hold promises on one
/// file; another changes it, and its call returns when every one of them has answered its break. Real time; the server's threads are
/// the system's, the clients' are virtual, as ten thousand clients are not one machine's.
///
/// Arguments: how many clients, how many changes. Prints what each change took.
public final class BreakSwarm {
    private static final int FILE_SERVER_PORT = 7000;
    private static final int CLIENT_PORT = 7001;
    private static final int ASKERS = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final World world = SystemWorld.instance();
    private final World clientWorld = new LightWorld(world);
    private final SimulatedNetwork network = new SimulatedNetwork(world);
    private final LongAdder breaks = new LongAdder();

    private BreakSwarm() {}

    /// Runs it.
    ///
    /// @param arguments as said above
    /// @throws IOException if a call fails, or a break was not answered
    public static void main(String[] arguments) throws IOException {
        new BreakSwarm().run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }

    private void run(int clientCount, int changes) throws IOException {
        InetSocketAddress server = new InetSocketAddress(address(0), FILE_SERVER_PORT);
        List<RxEndpoint> endpoints = new ArrayList<>();
        try (AfsCell cell = AfsCell.builder()
                .world(world)
                .port(network.open(server))
                .breakTimeout(PATIENCE)
                .start()) {
            FileServerCalls writer = client(server, 1, endpoints);
            Fid file = writer.createFile(cell.volume("scratch").root(), "watched", StoreStatus.NONE.withMode(0644))
                    .fid();
            List<FileServerCalls> readers = new ArrayList<>();
            for (int i = 0; i < clientCount; i++) {
                readers.add(client(server, 2 + i, endpoints));
            }
            for (int change = 0; change < changes; change++) {
                askAll(readers, file);
                System.gc(); // what ten thousand clients left in one heap is no part of a change
                long before = breaks.sum();
                long processorNanos = processorNanos();
                long startNanos = System.nanoTime();
                writer.storeStatus(file, StoreStatus.NONE.withMode(0600 + change % 8));
                long nanos = System.nanoTime() - startNanos;
                long usedNanos = processorNanos() - processorNanos;
                long told = breaks.sum() - before;
                if (told != clientCount) {
                    throw new IOException(told + " of " + clientCount + " clients were told");
                }
                System.out.printf(
                        "%d promises broken and answered in %.1f ms, with %.1f ms of processor time at both ends%n",
                        told, nanos / 1e6, usedNanos / 1e6);
            }
        } finally {
            endpoints.forEach(RxEndpoint::close);
        }
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /// Lets every client get a promise.
    private static void askAll(List<FileServerCalls> readers, Fid file) throws IOException {
        List<Callable<Object>> calls = new ArrayList<>();
        readers.forEach(reader -> calls.add(() -> reader.fetchStatus(file)));
        try (ExecutorService askers = Executors.newFixedThreadPool(ASKERS)) {
            for (Future<Object> asked : askers.invokeAll(calls)) {
                asked.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while clients asked");
        } catch (ExecutionException e) {
            throw new IOException("a client got no promise", e);
        }
    }

    private FileServerCalls client(InetSocketAddress server, int number, List<RxEndpoint> endpoints) throws IOException {
        RxEndpoint endpoint = RxEndpoint.open(
                clientWorld, network.open(new InetSocketAddress(address(number), CLIENT_PORT)), RxOptions.defaults());
        endpoints.add(endpoint);
        endpoint.serve(CallbackCalls.SERVICE_ID, new CallbackDispatcher(new Listener(new AfsUuid(0, number))));
        return new FileServerCalls(endpoint.connect(server, FileServerCalls.SERVICE_ID, RxClientSecurity.none()));
    }

    private static InetAddress address(int number) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }

    /// A client's callback service, which counts the breaks.
    private final class Listener implements CallbackService {
        private final AfsUuid uuid;

        Listener(AfsUuid uuid) {
            this.uuid = uuid;
        }

        @Override
        public void callBack(CallContext context, CallbackRequest.CallBack request) {
            breaks.increment();
        }

        @Override
        public void initCallBackState(CallContext context) {}

        @Override
        public CallbackReply.Addresses whoAreYou(CallContext context) {
            return new CallbackReply.Addresses(new InterfaceAddresses(uuid, List.of()));
        }

        @Override
        public void initCallBackState3(CallContext context, CallbackRequest.OfUuid request) {}

        @Override
        public void probeUuid(CallContext context, CallbackRequest.OfUuid request) {}

        @Override
        public CallbackReply.Self tellMeAboutYourself(CallContext context) {
            return new CallbackReply.Self(new InterfaceAddresses(uuid, List.of()), Capabilities.of(0));
        }
    }
}
