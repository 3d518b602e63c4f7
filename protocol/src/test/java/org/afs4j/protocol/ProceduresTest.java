package org.afs4j.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.afs4j.protocol.cb.CacheEntryReport;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerDispatcher;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerService;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.protocol.pt.ProtectionCalls;
import org.afs4j.protocol.pt.ProtectionDispatcher;
import org.afs4j.protocol.pt.ProtectionService;
import org.afs4j.protocol.vl.VolumeEntry;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.protocol.vl.VolumeLocationDispatcher;
import org.afs4j.protocol.vl.VolumeLocationService;
import org.afs4j.protocol.vol.VolumeServerCalls;
import org.afs4j.protocol.vol.VolumeServerDispatcher;
import org.afs4j.protocol.vol.VolumeServerService;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every procedure from stub to dispatcher and back.
class ProceduresTest {
    private static final long SEED = 0x5eed_0003L;
    private static final Set<String> STREAMED = Set.of("fetchData64", "storeData64", "lookUp");

    /// A procedure: the stub's method and the service's.
    ///
    /// @param stub the stub's
    /// @param service the service's
    record Procedure(Method stub, Method service) {
        @Override
        public String toString() {
            return service.getDeclaringClass().getSimpleName() + '.' + service.getName();
        }
    }

    static Stream<Procedure> procedures() {
        return Stream.of(
                        List.of(FileServerCalls.class, FileServerService.class),
                        List.of(CallbackCalls.class, CallbackService.class),
                        List.of(VolumeLocationCalls.class, VolumeLocationService.class),
                        List.of(ProtectionCalls.class, ProtectionService.class),
                        List.of(VolumeServerCalls.class, VolumeServerService.class))
                .flatMap(pair -> Arrays.stream(pair.get(1).getDeclaredMethods())
                        .filter(service -> !Modifier.isPrivate(service.getModifiers()))
                        .filter(service -> !STREAMED.contains(service.getName()) && !service.isSynthetic())
                        .map(service -> new Procedure(stub(pair.get(0), service), service)));
    }

    @ParameterizedTest
    @MethodSource("procedures")
    void theServiceGetsWhatTheClientSentAndTheClientWhatTheServiceReplied(Procedure procedure) throws Exception {
        Random random = new Random(SEED);
        RandomValues values = new RandomValues(random);
        for (int i = 0; i < 50; i++) {
            List<Object> arguments = new ArrayList<>();
            for (Parameter parameter : procedure.stub.getParameters()) {
                arguments.add(values.value(parameter.getParameterizedType(), parameter.getName()));
            }
            @Nullable Object reply = reply(procedure.service, values, arguments);
            List<Object> requests = new ArrayList<>();
            Class<?> type = procedure.service.getDeclaringClass();
            Object service = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, args) -> {
                assertThat(method).isEqualTo(procedure.service);
                assertThat(((CallContext) args[0]).peer().getPort()).isEqualTo(7001);
                requests.addAll(Arrays.asList(args).subList(1, args.length));
                return reply;
            });
            InMemoryConnection connection = new InMemoryConnection(dispatcher(service), random);
            Object got = procedure.stub.invoke(calls(type, connection), arguments.toArray());
            assertThat(got).isEqualTo(reply);
            assertThat(requests).flatMap(ProceduresTest::components).isEqualTo(flat(arguments));
            assertThat(connection.openCalls()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("procedures")
    void aRefusalReachesTheClientWithItsCode(Procedure procedure) throws Exception {
        RandomValues values = new RandomValues(new Random(SEED));
        Class<?> type = procedure.service.getDeclaringClass();
        Object service = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, _, _) -> {
            throw new RxAbortException(110);
        });
        InMemoryConnection connection = new InMemoryConnection(dispatcher(service), new Random(SEED));
        Object[] arguments = Arrays.stream(procedure.stub.getParameters())
                .map(parameter -> values.value(parameter.getParameterizedType(), parameter.getName()))
                .toArray();
        assertThatThrownBy(() -> procedure.stub.invoke(calls(type, connection), arguments))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RxAbortException.class, e -> assertThat(e.code()).isEqualTo(110));
        assertThat(connection.openCalls()).isZero();
    }

    @Test
    void everyStubHasItsProcedure() {
        assertThat(procedures().map(procedure -> procedure.stub.getName()).distinct())
                .hasSizeGreaterThan(40)
                .contains("fetchStatus", "callBack", "getEntryByNameU");
    }

    private static @Nullable Object reply(Method service, RandomValues values, List<Object> arguments) {
        Class<?> type = service.getReturnType();
        if (type == void.class) {
            return null;
        }
        if (type == FileServerReply.Bulk.class) {
            int count = ((List<?>) arguments.get(0)).size();
            return new FileServerReply.Bulk(
                    Stream.generate(() -> values.record(FetchStatus.class)).limit(count).toList(),
                    Stream.generate(() -> values.record(CallBackPromise.class)).limit(count).toList(),
                    values.record(VolSync.class));
        }
        if (type == VolumeLocation.class) {
            String name = service.getName();
            return values.location(
                    name.endsWith("U")
                            ? VolumeEntry.Form.U
                            : name.endsWith("N") ? VolumeEntry.Form.N : VolumeEntry.Form.OLD);
        }
        Object value = values.record(type);
        if (value instanceof CacheEntryReport e && service.getName().equals("getCacheEntry")) {
            return new CacheEntryReport(
                    e.address(), e.cell(), e.fid(), (int) e.lengthBytes(), e.dataVersion(), e.lock(), e.callBack(),
                    e.promiseExpires(), e.referenceCount(), e.openCount(), e.writerCount(), e.mountPointState(),
                    e.states());
        }
        return value;
    }

    private static List<Object> components(Object record) {
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                values.add(component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("reflection", e);
            }
        }
        return values;
    }

    /// A stub that takes the request record itself is compared by its components as well.
    private static List<Object> flat(List<Object> arguments) {
        return arguments.size() == 1 && arguments.get(0).getClass().getName().contains("Request$")
                ? components(arguments.get(0))
                : arguments;
    }

    private static Method stub(Class<?> calls, Method service) {
        List<Method> stubs = Arrays.stream(calls.getMethods())
                .filter(method -> method.getName().equals(service.getName()))
                .filter(method -> !Arrays.equals(method.getParameterTypes(), new Class<?>[] {AfsUuid.class})
                        || !method.getName().equals("getAddressesU"))
                .toList();
        assertThat(stubs).as("stubs for %s", service).hasSize(1);
        return stubs.get(0);
    }

    private static RxService dispatcher(Object service) {
        return switch (service) {
            case FileServerService fs -> new FileServerDispatcher(fs);
            case CallbackService cb -> new CallbackDispatcher(cb);
            case VolumeLocationService vl -> new VolumeLocationDispatcher(vl);
            case ProtectionService pt -> new ProtectionDispatcher(pt);
            case VolumeServerService vol -> new VolumeServerDispatcher(vol);
            default -> throw new AssertionError(service);
        };
    }

    private static Object calls(Class<?> service, RxConnection connection) {
        return switch (service.getSimpleName()) {
            case "FileServerService" -> new FileServerCalls(connection);
            case "CallbackService" -> new CallbackCalls(connection);
            case "ProtectionService" -> new ProtectionCalls(connection);
            case "VolumeServerService" -> new VolumeServerCalls(connection);
            default -> new VolumeLocationCalls(connection);
        };
    }
}
