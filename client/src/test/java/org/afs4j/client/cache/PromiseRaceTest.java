package org.afs4j.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.simulation.Schedules;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.client.location.VolumeKind;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.junit.jupiter.api.Test;

/// CB-1, CB-4, CB-5, CB-7, CB-10: replies that bring promises to two instances of one volume, in two cells that are aliases, cross with the
/// server's breaks of the vnode, of the volume and of all its promises, under a controlled scheduler.
class PromiseRaceTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 7000);
    private static final InetSocketAddress SELF = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.9"), 7000);
    private static final int SCHEDULES = 1000;
    private static final int CALLS = 3;
    private static final int VOLUME = 7;

    /// A file on its server, one client's promises on it, and what the client has been told.
    @SuppressWarnings("ThreadPriorityCheck") // a yield is a point at which the schedule chooses
    private static final class Program {
        private final SimulatedWorld world;
        private final ClientCallbackService service;
        private final FileServer server;
        private final List<Vnode> instances;
        private long version = 1;
        private boolean promised;
        /// The newest version of which the client has been told by a break.
        private long brokenAt;

        Program(SimulatedWorld world, ClientCore core) throws IOException {
            this.world = world;
            this.server = core.context().servers().server(null, List.of(SERVER), List.of());
            this.service = new ClientCallbackService(
                    core.context(), core.cells(), new InterfaceAddresses(new AfsUuid(1, 2), List.of()));
            this.instances = List.of(instance(core), instance(core));
            server.heard(world.nanoTime());
        }

        private Vnode instance(ClientCore core) throws IOException {
            Volume volume = new Volume(core.context(), core.cells().cell("c"), VOLUME, "v", VolumeKind.READ_WRITE, List.of(server));
            core.context().callbacks().register(server, VOLUME, volume);
            return volume.vnode(2, 1);
        }

        void run() throws InterruptedException {
            List<Thread> threads = new ArrayList<>();
            threads.add(world.start("first caller", () -> repeat(this::call)));
            threads.add(world.start("second caller", () -> repeat(this::call)));
            threads.add(world.start("third party", () -> repeat(this::change)));
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private void repeat(Runnable step) {
            for (int i = 0; i < CALLS; i++) {
                step.run();
                check();
            }
        }

        /// Asks for the status, as FetchStatus does: notes, travels, is served, travels, is installed.
        private void call() {
            Vnode vnode = instances.get(world.random().nextInt(instances.size()));
            BreakNote note = vnode.note(server);
            travel();
            long told = version;
            promised = true;
            travel();
            boolean installed = vnode.install(
                    status(told), CallBackPromise.granted(3600), new VolSync(0, 0), note, Vnode.Change.NONE);
            assertThat(installed).isTrue();
        }

        private static FetchStatus status(long dataVersion) {
            return new FetchStatus(
                    FetchStatus.INTERFACE_VERSION, FileType.FILE, 1, dataVersion, dataVersion, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0);
        }

        /// Changes the file; if the client holds a promise its break travels to it.
        private void change() {
            long changed = ++version;
            if (!promised) {
                return;
            }
            promised = false;
            travel();
            switch (world.random().nextInt(3)) {
                case 0 -> breakPromise(new Fid(VOLUME, 2, 1));
                case 1 -> breakPromise(new Fid(VOLUME, 0, 0));
                default -> service.initCallBackState(new CallContext(SERVER));
            }
            brokenAt = Math.max(brokenAt, changed);
        }

        private void breakPromise(Fid fid) {
            service.callBack(new CallContext(SERVER), new CallbackRequest.CallBack(List.of(fid), List.of(CallBackPromise.BROKEN)));
        }

        private void travel() {
            for (int i = world.random().nextInt(3); i >= 0; i--) {
                Thread.yield();
            }
        }

        private void check() {
            for (Vnode vnode : instances) {
                long broken = brokenAt;
                FetchStatus known = vnode.knownStatus();
                if (known != null) {
                    assertThat(known.lengthBytes()).as("length and version of one status").isEqualTo(known.dataVersion());
                }
                if (vnode.isValid() && known != null) {
                    assertThat(known.dataVersion())
                            .as("the version that the client believes, after a break of version %s", broken)
                            .isGreaterThanOrEqualTo(broken);
                }
            }
        }
    }

    @Test
    void noPromiseOutlivesABreakThatCrossedItsReplyUnderAnySchedule() {
        Schedules.explore(SCHEDULES, world -> {
            ClientCore core = ClientCore.open(
                    world,
                    new SimulatedNetwork(world).open(SELF),
                    KnownCells.of(new CellConfiguration("c", List.of(SERVER), 7000)),
                    ClientSettings.defaults().withMostVnodes(100));
            try {
                new Program(world, core).run();
            } finally {
                // Not the client: it would call the server, which there is not, to give the promises up.
                core.context().endpoint().close();
                core.context().pages().close();
            }
        });
    }
}
