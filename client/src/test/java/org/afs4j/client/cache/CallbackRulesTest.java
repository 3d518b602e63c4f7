package org.afs4j.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.callback.MappedVnode;
import org.afs4j.client.callback.VolumeInterest;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.location.VolumeKind;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.junit.jupiter.api.Test;

/// The callback rules as far as no call is needed to see them.
class CallbackRulesTest {
    private static final InetSocketAddress SERVER = address(1);
    private static final InetSocketAddress OTHER = address(2);
    private static final int VOLUME = 7;

    private static InetSocketAddress address(int host) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + host), 7000);
    }

    /// What a test works on.
    private record Parts(SimulatedWorld world, CacheContext context, Cell cell, ClientCallbackService service, FileServer server) {
        Volume volume(VolumeKind kind) {
            Volume volume = new Volume(context, cell, VOLUME, "v", kind, List.of(server));
            context.callbacks().register(server, VOLUME, volume);
            return volume;
        }

        void breakPromise(int vnode, int uniquifier) {
            service.callBack(
                    new CallContext(SERVER),
                    new CallbackRequest.CallBack(List.of(new Fid(VOLUME, vnode, uniquifier)), List.of(CallBackPromise.BROKEN)));
        }
    }

    /// A test's body.
    @FunctionalInterface
    private interface Body {
        void run(Parts parts) throws Exception;
    }

    private static void run(Body body) {
        SimulatedWorld world = new SimulatedWorld(1);
        world.run(() -> {
            CellConfiguration configuration = new CellConfiguration("c", List.of(SERVER), 7000);
            try (ClientCore core = ClientCore.open(
                    world,
                    new SimulatedNetwork(world).open(address(9)),
                    KnownCells.of(configuration),
                    ClientSettings.defaults())) {
                CacheContext context = core.context();
                FileServer server = context.servers().server(null, List.of(SERVER), List.of());
                InterfaceAddresses self = new InterfaceAddresses(new AfsUuid(1, 2), List.of());
                body.run(new Parts(
                        world,
                        context,
                        core.cells().cell("c"),
                        new ClientCallbackService(context, core.cells(), self),
                        server));
            }
        });
    }

    private static void grant(Vnode vnode, FileServer server, VolSync sync) {
        assertThat(vnode.install(
                        FetchStatus.ofError(0), CallBackPromise.granted(3600), sync, vnode.note(server), Vnode.Change.NONE))
                .isTrue();
    }

    /// CB-4: a break reaches every instance that has an interest in that server for that volume id, and no other.
    @Test
    void aBreakReachesEveryInstanceThatIsInterested() {
        run(parts -> {
            List<String> broken = new ArrayList<>();
            parts.context().callbacks().register(parts.server(), VOLUME, interest("one", broken));
            parts.context().callbacks().register(parts.server(), VOLUME, interest("alias", broken));
            parts.context().callbacks().register(parts.server(), VOLUME + 1, interest("other volume", broken));
            FileServer other = parts.context().servers().server(null, List.of(OTHER), List.of());
            parts.context().callbacks().register(other, VOLUME, interest("other server", broken));
            parts.breakPromise(3, 4);
            assertThat(broken).containsExactly("one 3.4", "alias 3.4");
            parts.breakPromise(0, 0);
            assertThat(broken).endsWith("one", "alias").hasSize(4);
        });
    }

    private static VolumeInterest interest(String name, List<String> broken) {
        return new VolumeInterest() {
            @Override
            public void breakVnode(int vnode, int uniquifier) {
                broken.add(name + " " + vnode + "." + uniquifier);
            }

            @Override
            public void breakVolume() {
                broken.add(name);
            }
        };
    }

    /// CB-4: a FID that nobody holds is ignored: nothing is made for it, and no other vnode is asked about.
    @Test
    void aBreakOfWhatNobodyHoldsIsIgnored() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_WRITE);
            Vnode held = volume.vnode(2, 1);
            grant(held, parts.server(), new VolSync(0, 0));
            parts.breakPromise(2, 99);
            parts.breakPromise(4, 1);
            assertThat(held.isValid()).isTrue();
            assertThat(volume.vnodes()).containsExactly(held);
            parts.breakPromise(2, 1);
            assertThat(held.isValid()).isFalse();
            assertThat(parts.context().counters().get(AfsCounter.VNODE_BREAKS)).isEqualTo(3);
        });
    }

    /// CB-5, CB-6: a mass break voids all promises of its server by one counter; the first contact is none.
    @Test
    void aMassBreakVoidsAllPromisesOfItsServerAndFirstContactNone() {
        run(parts -> {
            parts.service().initCallBackState(new CallContext(SERVER));
            assertThat(parts.server().massBreaks()).as("first contact").isZero();
            Volume volume = parts.volume(VolumeKind.READ_WRITE);
            FileServer other = parts.context().servers().server(null, List.of(OTHER), List.of());
            Vnode one = volume.vnode(2, 1);
            Vnode ofOther = volume.vnode(4, 1);
            grant(one, parts.server(), new VolSync(0, 0));
            grant(ofOther, other, new VolSync(0, 0));
            parts.service().initCallBackState(new CallContext(SERVER));
            assertThat(one.isValid()).isFalse();
            assertThat(ofOther.isValid()).isTrue();
        });
    }

    /// CB-12: a promise is trusted until a margin before its end, whether or not its server would still break it.
    @Test
    void aPromiseIsNoneFromAMarginBeforeItsEndOn() {
        run(parts -> {
            Vnode vnode = parts.volume(VolumeKind.READ_WRITE).vnode(2, 1);
            grant(vnode, parts.server(), new VolSync(0, 0));
            parts.world().pause(Duration.ofSeconds(3590).toNanos());
            parts.server().heard(parts.world().nanoTime());
            assertThat(vnode.isValid()).isTrue();
            parts.world().pause(Duration.ofSeconds(9).toNanos());
            parts.server().heard(parts.world().nanoTime());
            assertThat(vnode.isValid()).isFalse();
        });
    }

    /// CB-14: a mass break that names another UUID tells that the address has changed hands; the promises of who had it are void.
    @Test
    void aMassBreakThatNamesAnotherUuidIsCountedAndVoidsThePromisesAllTheSame() {
        run(parts -> {
            AfsUuid uuid = new AfsUuid(3, 4);
            InetSocketAddress address = address(3);
            FileServer server = parts.context().servers().server(uuid, List.of(address), List.of());
            Vnode vnode = parts.volume(VolumeKind.READ_WRITE).vnode(2, 1);
            grant(vnode, server, new VolSync(0, 0));
            parts.service().initCallBackState3(new CallContext(address), new CallbackRequest.OfUuid(uuid));
            assertThat(vnode.isValid()).isFalse();
            assertThat(parts.context().counters().get(AfsCounter.CALLBACKS_WITH_OTHER_UUID)).as("its own UUID").isZero();
            grant(vnode, server, new VolSync(0, 0));
            parts.service().initCallBackState3(new CallContext(address), new CallbackRequest.OfUuid(new AfsUuid(5, 6)));
            assertThat(vnode.isValid()).isFalse();
            assertThat(parts.context().counters().get(AfsCounter.CALLBACKS_WITH_OTHER_UUID)).isEqualTo(1);
            assertThat(parts.context().counters().get(AfsCounter.MASS_BREAKS)).isEqualTo(2);
        });
    }

    /// CB-6: once a promise is installed the server is met, whether or not its call has been seen to end.
    @Test
    void aMassBreakRightAfterTheFirstPromiseCounts() {
        run(parts -> {
            Vnode vnode = parts.volume(VolumeKind.READ_WRITE).vnode(2, 1);
            grant(vnode, parts.server(), new VolSync(0, 0));
            parts.service().initCallBackState(new CallContext(SERVER));
            assertThat(vnode.isValid()).isFalse();
        });
    }

    /// CB-9: a volume that leaves a server drops that server's promises; one that gains a server keeps them.
    @Test
    void aVolumeThatLeavesAServerDropsItsPromises() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_WRITE);
            FileServer other = parts.context().servers().server(null, List.of(OTHER), List.of());
            Vnode vnode = volume.vnode(2, 1);
            grant(vnode, parts.server(), new VolSync(0, 0));
            volume.locate(null, List.of(other, parts.server()));
            assertThat(vnode.isValid()).isTrue();
            volume.locate(null, List.of(other));
            assertThat(vnode.isValid()).isFalse();
        });
    }

    /// CB-10: another creation time, later or earlier, and an update time that goes back are another snapshot; an update time
    /// that advances is none.
    @Test
    void theVolumesTimesTellItsSnapshots() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_ONLY);
            long first = volume.observe(new VolSync(100, 10), note(parts));
            assertThat(volume.observe(new VolSync(100, 11), note(parts))).isEqualTo(first);
            assertThat(volume.observe(new VolSync(0, 0), note(parts))).as("times not told").isEqualTo(first);
            long released = volume.observe(new VolSync(200, 11), note(parts));
            assertThat(released).isGreaterThan(first);
            long restored = volume.observe(new VolSync(150, 11), note(parts));
            assertThat(restored).isGreaterThan(released);
            assertThat(volume.observe(new VolSync(150, 9), note(parts))).isGreaterThan(restored);
        });
    }

    private static BreakNote note(Parts parts) {
        return parts.volume(VolumeKind.READ_WRITE).vnode(2, 1).note(parts.server());
    }

    /// CB-10: on a read-only volume the promise is the volume's: it covers every vnode of the snapshot, and a break of one vnode
    /// breaks it.
    @Test
    void aReadOnlyVolumesPromiseIsTheVolumes() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_ONLY);
            Vnode one = volume.vnode(2, 1);
            Vnode two = volume.vnode(4, 1);
            grant(one, parts.server(), new VolSync(100, 0));
            assertThat(two.install(
                            FetchStatus.ofError(0), null, new VolSync(100, 0), two.note(parts.server()), Vnode.Change.NONE))
                    .isTrue();
            assertThat(two.isValid()).isTrue();
            parts.breakPromise(2, 1);
            assertThat(one.isValid()).isFalse();
            assertThat(two.isValid()).isFalse();
            grant(one, parts.server(), new VolSync(200, 0));
            assertThat(one.isValid()).isTrue();
            assertThat(two.isValid()).as("of the snapshot before").isFalse();
        });
    }

    /// CB-11: a strip that blocks holds up no answer to a break, and one flood of breaks queues one strip a target.
    @Test
    void anAnswerDoesNotWaitForAStrip() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_WRITE);
            RankedMutex mutex = new RankedMutex(LockRank.LEAF);
            RankedCondition changed = mutex.newCondition();
            boolean[] released = new boolean[1];
            int[] strips = new int[1];
            parts.context().strips().add("slow", () -> {
                mutex.lock();
                try {
                    while (!released[0]) {
                        changed.awaitUninterruptibly();
                    }
                } finally {
                    mutex.unlock();
                }
            });
            for (int i = 0; i < 1000; i++) {
                parts.breakPromise(0, 0);
                parts.context().strips().add("same", () -> strips[0]++);
            }
            assertThat(volume.breaks()).isEqualTo(1000);
            assertThat(strips[0]).isZero();
            mutex.lock();
            released[0] = true;
            changed.signalAll();
            mutex.unlock();
            parts.context().strips().close();
            assertThat(strips[0]).isEqualTo(1);
        });
    }

    /// CB-12, MM-3: nobody breaks a promise that has run out, so what is mapped is stripped for that, once, and not before.
    @Test
    void whatIsMappedIsStrippedOnceItsPromiseHasRunOut() {
        run(parts -> {
            Vnode vnode = parts.volume(VolumeKind.READ_WRITE).vnode(2, 1);
            grant(vnode, parts.server(), new VolSync(0, 0));
            vnode.stripIfExpired();
            parts.world().pause(Duration.ofSeconds(1).toNanos());
            assertThat(parts.context().counters().get(AfsCounter.STRIPS)).isZero();
            parts.world().pause(Duration.ofHours(1).toNanos());
            for (int look = 0; look < 3; look++) {
                vnode.stripIfExpired();
                parts.world().pause(Duration.ofSeconds(1).toNanos());
            }
            assertThat(parts.context().counters().get(AfsCounter.STRIPS)).isEqualTo(1);
            grant(vnode, parts.server(), new VolSync(0, 0));
            vnode.stripIfExpired();
            parts.world().pause(Duration.ofSeconds(1).toNanos());
            assertThat(parts.context().counters().get(AfsCounter.STRIPS)).isEqualTo(1);
        });
    }

    /// CB-11: the answer to a break of a volume, or of all that a server promised, waits for no strip of what is mapped.
    @Test
    void anAnswerDoesNotWaitForWhatIsMappedToBeStripped() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_WRITE);
            parts.server().heard(parts.world().nanoTime());
            RankedMutex mutex = new RankedMutex(LockRank.LEAF);
            RankedCondition changed = mutex.newCondition();
            boolean[] answered = new boolean[1];
            int[] strips = new int[1];
            Thread answering = Thread.currentThread();
            MappedVnode slow = new MappedVnode() {
                @Override
                public void strip() {
                    assertThat(Thread.currentThread()).isNotSameAs(answering);
                    mutex.lock();
                    try {
                        while (!answered[0]) {
                            changed.awaitUninterruptibly();
                        }
                        strips[0]++;
                    } finally {
                        mutex.unlock();
                    }
                }

                @Override
                public void stripIfExpired() {}

                @Override
                public boolean dependsOn(FileServer server) {
                    return true;
                }

                @Override
                public VolumeInterest volume() {
                    return volume;
                }
            };
            parts.cell().mapped().changed(slow, true);
            parts.breakPromise(0, 0);
            parts.service().initCallBackState(new CallContext(SERVER));
            assertThat(strips[0]).isZero();
            mutex.lock();
            answered[0] = true;
            changed.signalAll();
            mutex.unlock();
            parts.context().strips().close();
            assertThat(strips[0]).isEqualTo(2);
        });
    }

    /// MM-6: what its server has forgotten is never trusted again by who still holds it, for its breaks no longer reach it.
    @Test
    void aVnodeThatIsGoneIsNeverTrustedAgain() {
        run(parts -> {
            Volume volume = parts.volume(VolumeKind.READ_WRITE);
            Vnode vnode = volume.vnode(2, 1);
            grant(vnode, parts.server(), new VolSync(0, 0));
            vnode.gone();
            grant(vnode, parts.server(), new VolSync(0, 0));
            assertThat(vnode.isValid()).isFalse();
            assertThat(volume.vnode(2, 1)).isNotSameAs(vnode);
        });
    }
}
