package org.afs4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerDispatcher;
import org.afs4j.protocol.fs.FileServerService;
import org.afs4j.protocol.vl.VolumeEntry;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeLocationDispatcher;
import org.afs4j.protocol.vl.VolumeLocationRequest;
import org.afs4j.protocol.vl.VolumeLocationService;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrWriter;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxService;
import org.junit.jupiter.api.Test;

class DispatchersTest {
    private static final long SEED = 0x5eed_0004L;
    private static final InterfaceAddresses SELF = new InterfaceAddresses(new AfsUuid(1, 2), List.of());

    private final Random random = new Random(SEED);

    /// A client that answers what it must.
    private static class Client implements CallbackService {
        @Override
        public void callBack(CallContext context, CallbackRequest.CallBack request) {}

        @Override
        public void initCallBackState(CallContext context) {}

        @Override
        public CallbackReply.Addresses whoAreYou(CallContext context) {
            return new CallbackReply.Addresses(SELF);
        }

        @Override
        public void initCallBackState3(CallContext context, CallbackRequest.OfUuid request) {}

        @Override
        public void probeUuid(CallContext context, CallbackRequest.OfUuid request) throws RxAbortException {
            if (!request.uuid().equals(SELF.uuid())) {
                throw new RxAbortException(NOT_THIS_UUID);
            }
        }

        @Override
        public CallbackReply.Self tellMeAboutYourself(CallContext context) {
            return new CallbackReply.Self(SELF, Capabilities.of(Capabilities.CLIENT_ERROR_TRANSLATION));
        }
    }

    @Test
    void anUnknownOpcodeIsAbortedWithMinus455() {
        dispatchers().forEach(dispatcher -> assertAbort(dispatcher, words(4711), -455));
    }

    @Test
    void aCallWithoutAnOpcodeIsAbortedWithMinus454() {
        dispatchers().forEach(dispatcher -> assertAbort(dispatcher, new byte[3], -454));
    }

    @Test
    void aMalformedRequestIsAbortedWithMinus453() {
        assertAbort(new FileServerDispatcher(new FileServerService() {}), words(132, 1, 2), -453);
        assertAbort(new FileServerDispatcher(new FileServerService() {}), words(132, 1, 2, 3, 4), -453);
        assertAbort(new FileServerDispatcher(new FileServerService() {}), words(65536, 51), -453);
        assertAbort(new FileServerDispatcher(new FileServerService() {}), words(65537, 1, 2, 3, -1, 0, 0), -453);
        assertAbort(new CallbackDispatcher(new Client()), words(204, 0x4000_0000), -453);
        assertAbort(new VolumeLocationDispatcher(new VolumeLocationService() {}), words(527, 66), -453);
    }

    @Test
    void whatAFileServerDoesNotOverrideIsRefusedAsUnknown() {
        FileServerCalls calls =
                new FileServerCalls(new InMemoryConnection(new FileServerDispatcher(new FileServerService() {}), random));
        assertThatThrownBy(calls::getTime)
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(-455));
        assertThatThrownBy(() -> calls.fetchData64(new Fid(1, 2, 3), 0, 1, (source, length) -> {}))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(-455));
    }

    @Test
    void aClientAnswersDebuggingToolsByTheProtocolWhereItHasNothingToTell() throws IOException {
        CallbackCalls calls = new CallbackCalls(new InMemoryConnection(new CallbackDispatcher(new Client()), random));
        calls.probe();
        calls.probeUuid(SELF.uuid());
        assertThat(calls.xStatsVersion().version()).isEqualTo(2);
        assertThat(calls.getServerPreferences(0)).isEqualTo(new CallbackReply.ServerPreference(-1, -1));
        assertThat(calls.getCellServers(0)).isEqualTo(new CallbackReply.Cell("", List.of()));
        assertThat(calls.getCellByNumber(1)).isEqualTo(new CallbackReply.Cell("", List.of()));
        assertThat(calls.tellMeAboutYourself().capabilities().has(Capabilities.CLIENT_ERROR_TRANSLATION))
                .isTrue();
        assertThatThrownBy(() -> calls.probeUuid(AfsUuid.NIL))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(1));
        assertThatThrownBy(() -> calls.getLock(0))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(1));
        assertThatThrownBy(() -> calls.getCacheEntry(0))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(1));
        assertThatThrownBy(() -> calls.getCacheEntry64(0))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(1));
        assertThat(calls.getLocalCell()).isEqualTo(new CallbackReply.LocalCell(""));
        assertThatThrownBy(() -> calls.getXStats(2, 0))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(-455));
        assertThatThrownBy(() -> calls.getCacheConfig(1))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(-455));
        assertThatThrownBy(calls::initCallBackState2)
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(-455));
    }

    @Test
    void aLookUpFallsBackFromTheUFormToTheNFormToTheOldOne() throws IOException {
        VolumeLocation location = new RandomValues(random).location(VolumeEntry.Form.OLD);
        VolumeLocationService old = new VolumeLocationService() {
            @Override
            public VolumeLocation getEntryByNameOld(CallContext context, VolumeLocationRequest.ByName request) {
                assertThat(request.name()).isEqualTo("4294967295");
                return location;
            }
        };
        assertThat(locations(old).lookUp(-1)).isEqualTo(location);
        VolumeLocationService n = new VolumeLocationService() {
            @Override
            public VolumeLocation getEntryByNameN(CallContext context, VolumeLocationRequest.ByName request) {
                return location;
            }
        };
        assertThat(locations(n).lookUp("root.afs")).isEqualTo(location);
    }

    @Test
    void aLookUpThatFindsNothingDoesNotFallBack() {
        VolumeLocationService service = new VolumeLocationService() {
            @Override
            public VolumeLocation getEntryByNameU(CallContext context, VolumeLocationRequest.ByName request)
                    throws RxAbortException {
                throw new RxAbortException(AfsError.VL_NOENT.code());
            }
        };
        assertThatThrownBy(() -> locations(service).lookUp("none"))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(363524));
    }

    @Test
    void aReplyBeyondItsLayoutOrShortOfItIsRefused() {
        RxService longer = call -> call.write(ByteBuffer.wrap(words(1, 2, 3)));
        assertThatThrownBy(() -> new FileServerCalls(new InMemoryConnection(longer, random)).getTime())
                .isInstanceOf(XdrException.class);
        RxService shorter = call -> call.write(ByteBuffer.wrap(words(1)));
        assertThatThrownBy(() -> new FileServerCalls(new InMemoryConnection(shorter, random)).getTime())
                .isInstanceOf(XdrException.class);
    }

    @Test
    void aBulkReplyOfAnotherSizeThanTheRequestIsRefused() {
        RxService none = call -> call.write(ByteBuffer.wrap(words(0, 0, 0, 0, 0, 0, 0, 0)));
        FileServerCalls calls = new FileServerCalls(new InMemoryConnection(none, random));
        assertThatThrownBy(() -> calls.inlineBulkStatus(List.of(new Fid(1, 1, 1)))).isInstanceOf(XdrException.class);
    }

    @Test
    void mutatedCallsAreServedOrAbortedAndNothingElse() {
        RandomValues values = new RandomValues(random);
        List<Codecs.Codec> codecs = Codecs.all(values);
        List<RxService> dispatchers = dispatchers().toList();
        int[] opcodes = IntStream.rangeClosed(130, 164).toArray();
        int aborted = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] body = Codecs.encode(codecs.get(random.nextInt(codecs.size())).sample().get());
            XdrWriter out = new XdrWriter();
            int[] bases = {opcodes[i % opcodes.length], 204 + i % 15, 65536 + i % 8, 503 + i % 32};
            out.int32(bases[random.nextInt(bases.length)]);
            out.fixedOpaque(Arrays.copyOf(body, random.nextInt(body.length + 1)));
            try {
                InMemoryConnection.serve(dispatchers.get(i % dispatchers.size()), out.toBytes(), random);
            } catch (RxAbortException e) {
                aborted++;
            } catch (IOException e) {
                throw new AssertionError("call " + i + " of seed " + SEED, e);
            }
        }
        assertThat(aborted).isGreaterThan(50_000);
    }

    private VolumeLocationCalls locations(VolumeLocationService service) {
        return new VolumeLocationCalls(new InMemoryConnection(new VolumeLocationDispatcher(service), random));
    }

    private static Stream<RxService> dispatchers() {
        return Stream.of(
                new FileServerDispatcher(new FileServerService() {}),
                new CallbackDispatcher(new Client()),
                new VolumeLocationDispatcher(new VolumeLocationService() {}));
    }

    private void assertAbort(RxService service, byte[] request, int code) {
        assertThatThrownBy(() -> InMemoryConnection.serve(service, request, random))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static byte[] words(int... words) {
        XdrWriter out = new XdrWriter();
        for (int word : words) {
            out.int32(word);
        }
        return out.toBytes();
    }
}
