package org.afs4j.client.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.KnownCells;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.location.VolumeKind;
import org.afs4j.client.server.FileServer;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.simulation.SimulatedNetwork;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a client answers to a file server that it knows, over the wire: each call of the callback service that servers make.
class CallbackAnswersTest {
    private static final InetSocketAddress SERVER = address(1);
    private static final InetSocketAddress CLIENT = address(9);
    private static final int VOLUME = 7;
    private static final int OPCODE_UNKNOWN = -455;
    private static final int NOT_THIS_UUID = 1;

    private static InetSocketAddress address(int host) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + host), 7000);
    }

    /// A client that holds a promise of the server which calls it.
    private record Parts(CacheContext context, FileServer server, Vnode vnode, CallbackCalls calls) {
        void grant() {
            BreakNote note = vnode.note(server);
            assertThat(vnode.install(
                            FetchStatus.ofError(0), CallBackPromise.granted(3600), new VolSync(0, 0), note, Vnode.Change.NONE))
                    .isTrue();
            assertThat(vnode.isValid()).isTrue();
        }

        long massBreaks() {
            return context.counters().get(AfsCounter.MASS_BREAKS);
        }
    }

    @FunctionalInterface
    private interface Body {
        void run(Parts parts) throws Exception;
    }

    private static void run(ClientSettings settings, Body body) {
        run(1, settings, body);
    }

    private static void run(long seed, ClientSettings settings, Body body) {
        SimulatedWorld world = new SimulatedWorld(seed);
        world.run(() -> {
            SimulatedNetwork network = new SimulatedNetwork(world);
            KnownCells known = KnownCells.of(new CellConfiguration("c", List.of(SERVER), 7000));
            try (ClientCore core = ClientCore.open(world, network.open(CLIENT), known, settings);
                    RxEndpoint server = RxEndpoint.open(world, network.open(SERVER), RxOptions.defaults())) {
                CacheContext context = core.context();
                FileServer record = context.servers().server(new AfsUuid(3, 4), List.of(SERVER), List.of());
                Cell cell = core.cells().cell("c");
                Volume volume = new Volume(context, cell, VOLUME, "v", VolumeKind.READ_WRITE, List.of(record));
                context.callbacks().register(record, VOLUME, volume);
                CallbackCalls calls =
                        new CallbackCalls(server.connect(CLIENT, CallbackCalls.SERVICE_ID, RxClientSecurity.none()));
                Parts parts = new Parts(context, record, volume.vnode(2, 1), calls);
                parts.grant();
                body.run(parts);
            }
        });
    }

    private static void assertAborted(int code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /// CB-11: who asks whether the client lives, or is who it was, takes nothing from it.
    @Test
    void answersProbesAndKeepsItsPromises() {
        run(ClientSettings.defaults(), parts -> {
            parts.calls().probe();
            AfsUuid own = parts.calls().whoAreYou().addresses().uuid();
            parts.calls().probeUuid(own);
            assertAborted(NOT_THIS_UUID, () -> parts.calls().probeUuid(new AfsUuid(3, 4)));
            assertThat(parts.vnode().isValid()).isTrue();
            assertThat(parts.massBreaks()).isZero();
        });
    }

    /// CB-11: the addresses at which a server may call, and that errors may be told as UAE codes.
    @Test
    void tellsAboutItselfItsUuidAddressesAndCapabilities() {
        run(ClientSettings.defaults(), parts -> {
            CallbackReply.Self self = parts.calls().tellMeAboutYourself();
            assertThat(self.capabilities()).isEqualTo(Capabilities.of(Capabilities.CLIENT_ERROR_TRANSLATION));
            assertThat(self.addresses()).isEqualTo(parts.calls().whoAreYou().addresses());
            assertThat(self.addresses().interfaces()).extracting(InterfaceAddresses.Interface::address).containsExactly(0x0A000009);
            parts.calls().probeUuid(self.addresses().uuid());
            assertThat(parts.vnode().isValid()).isTrue();
        });
    }

    /// CB-5: the first and the third form void all promises of the server that calls.
    @Test
    void losesItsPromisesByTheFirstAndTheThirdFormOfInitCallBackState() {
        run(ClientSettings.defaults(), parts -> {
            parts.calls().initCallBackState();
            assertThat(parts.vnode().isValid()).isFalse();
            assertThat(parts.massBreaks()).isEqualTo(1);
            parts.grant();
            parts.calls().initCallBackState3(new AfsUuid(3, 4));
            assertThat(parts.vnode().isValid()).isFalse();
            assertThat(parts.massBreaks()).isEqualTo(2);
            assertThat(parts.context().counters().get(AfsCounter.CALLBACKS_WITH_OTHER_UUID)).isZero();
        });
    }

    /// CB-5: the second form is refused as unknown, as OpenAFS's client does, and moves nothing; the server then takes the first.
    @Test
    void refusesTheSecondFormOfInitCallBackStateAndTakesTheFirstInItsPlace() {
        run(ClientSettings.defaults(), parts -> {
            assertAborted(OPCODE_UNKNOWN, () -> parts.calls().initCallBackState2());
            assertThat(parts.vnode().isValid()).isTrue();
            assertThat(parts.massBreaks()).isZero();
            parts.calls().initCallBackState();
            assertThat(parts.vnode().isValid()).isFalse();
        });
    }

    /// CB-4: the same way breaks of a vnode and of its volume come.
    @Test
    void losesThePromisesThatAreBroken() {
        run(ClientSettings.defaults(), parts -> {
            parts.calls().callBack(List.of(new Fid(VOLUME, 2, 1)), List.of(CallBackPromise.BROKEN));
            assertThat(parts.vnode().isValid()).isFalse();
            parts.grant();
            parts.calls().callBack(List.of(new Fid(VOLUME, 0, 0)), List.of(CallBackPromise.BROKEN));
            assertThat(parts.vnode().isValid()).isFalse();
            assertThat(parts.massBreaks()).isZero();
        });
    }

    /// CB-11: servers know a client by its UUID whatever its address, so it is the same one after a restart.
    @Test
    void isTheSameClientToItsServersAfterARestartInTheSameStateDirectory(@TempDir Path state) {
        AfsUuid[] told = new AfsUuid[3];
        ClientSettings kept = ClientSettings.defaults().withStateDirectory(state);
        run(1, kept, parts -> told[0] = parts.calls().tellMeAboutYourself().addresses().uuid());
        run(2, kept, parts -> {
            parts.calls().probeUuid(told[0]);
            told[1] = parts.calls().tellMeAboutYourself().addresses().uuid();
        });
        run(3, ClientSettings.defaults(), parts -> {
            assertAborted(NOT_THIS_UUID, () -> parts.calls().probeUuid(told[0]));
            told[2] = parts.calls().whoAreYou().addresses().uuid();
        });
        assertThat(told[1]).isEqualTo(told[0]);
        assertThat(told[2]).as("without a directory").isNotEqualTo(told[0]);
    }
}
