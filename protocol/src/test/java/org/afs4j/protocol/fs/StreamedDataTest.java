package org.afs4j.protocol.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.InMemoryConnection;
import org.afs4j.protocol.RandomValues;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrWriter;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxService;
import org.afs4j.rx.RxStream;
import org.junit.jupiter.api.Test;

/// FetchData64 and StoreData64: data within a call.
class StreamedDataTest {
    private static final Fid FID = new Fid(536870913, 4, 7);

    private final Random random = new Random(0x5eed_0005L);
    private final RandomValues values = new RandomValues(random);
    private final FileServerReply.Status status = values.record(FileServerReply.Status.class);
    private final FileServerReply.Changed changed = values.record(FileServerReply.Changed.class);

    /// A server of one file, which is as long as its array.
    private class OneFile implements FileServerService {
        byte[] contents = new byte[0];

        @Override
        public FileServerReply.Status fetchData64(
                CallContext context, FileServerRequest.FetchData request, FetchDataOutput output) throws IOException {
            assertThat(request.fid()).isEqualTo(FID);
            int from = (int) Math.min(request.offsetBytes(), contents.length);
            int length = (int) Math.min(request.lengthBytes(), contents.length - from);
            RxStream out = output.begin(length);
            out.write(ByteBuffer.wrap(contents, from, length));
            return status;
        }

        @Override
        public FileServerReply.Changed storeData64(
                CallContext context, FileServerRequest.StoreData request, RxStream data) throws IOException {
            assertThat(request.status()).isEqualTo(StoreStatus.NONE.withModificationTime(5));
            contents = Arrays.copyOf(contents, (int) request.fileLengthBytes());
            byte[] stored = readAll(data);
            System.arraycopy(stored, 0, contents, (int) request.offsetBytes(), stored.length);
            return changed;
        }
    }

    private final OneFile file = new OneFile();
    private final InMemoryConnection connection = new InMemoryConnection(new FileServerDispatcher(file), random);
    private final FileServerCalls calls = new FileServerCalls(connection);

    @Test
    void dataOfEveryLengthComeBackAsStored() throws IOException {
        for (int length : new int[] {0, 1, 2, 3, 4, 5, 4095, 4096, 100_001}) {
            byte[] data = new byte[length];
            random.nextBytes(data);
            assertThat(store(0, length, length, out -> out.write(ByteBuffer.wrap(data)))).isEqualTo(changed);
            ByteArrayOutputStream fetched = new ByteArrayOutputStream();
            FileServerReply.Status reply = calls.fetchData64(FID, 0, 1L << 40, (source, lengthBytes) -> {
                assertThat(lengthBytes).isEqualTo(length);
                fetched.writeBytes(readAll(source));
            });
            assertThat(reply).isEqualTo(status);
            assertThat(fetched.toByteArray()).isEqualTo(data);
        }
        assertThat(connection.openCalls()).isZero();
    }

    @Test
    void aFetchBeyondTheEndGivesNoDataButTheStatus() throws IOException {
        assertThat(calls.fetchData64(FID, 10, 5, (source, length) -> assertThat(length).isZero())).isEqualTo(status);
    }

    @Test
    void aSinkThatLeavesDataBehindIsTold() {
        file.contents = new byte[100];
        assertThatThrownBy(() -> calls.fetchData64(FID, 0, 100, (source, length) -> source.read(ByteBuffer.allocate(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the sink left 99 bytes behind");
        assertThat(connection.openCalls()).isZero();
    }

    @Test
    void aSourceThatOwesDataOrGivesTooMuchIsTold() {
        assertThatThrownBy(() -> store(0, 3, 3, out -> out.write(ByteBuffer.allocate(2))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the source owes 1 bytes");
        assertThatThrownBy(() -> store(0, 3, 3, out -> out.write(ByteBuffer.allocate(4))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(connection.openCalls()).isZero();
    }

    @Test
    void aServerThatSendsMoreThanAskedForIsRefusedBeforeTheSinkSeesIt() {
        assertRefused(10, words(0, 11));
        assertRefused(10, words(-1, 0));
    }

    @Test
    void aServerWhoseDataEndTooEarlyIsRefused() {
        assertRefused(10, words(0, 10, 0, 0));
        assertRefused(8, words(0, 8, 0, 0, 1));
    }

    @Test
    void storedDataThatEndTooEarlyAreAbortedAsMalformed() {
        XdrWriter request = new XdrWriter();
        request.int32(FileServerOpcode.STORE_DATA_64);
        new FileServerRequest.StoreData(FID, StoreStatus.NONE.withModificationTime(5), 0, 9, 9).encode(request);
        request.int64(0);
        assertThatThrownBy(() -> InMemoryConnection.serve(new FileServerDispatcher(file), request.toBytes(), random))
                .isInstanceOfSatisfying(RxAbortException.class, e -> assertThat(e.code()).isEqualTo(-453));
    }

    @Test
    void theSinksErrorReachesTheCallerAsItIs() {
        file.contents = new byte[10];
        IOException full = new IOException("full");
        assertThatThrownBy(() -> calls.fetchData64(FID, 0, 10, (source, length) -> {
                    throw full;
                }))
                .isSameAs(full);
        assertThat(connection.openCalls()).isZero();
    }

    private FileServerReply.Changed store(long offset, long length, long fileLength, DataSource source)
            throws IOException {
        return calls.storeData64(FID, StoreStatus.NONE.withModificationTime(5), offset, length, fileLength, source);
    }

    private void assertRefused(long askedBytes, byte[] reply) {
        RxService service = call -> call.write(ByteBuffer.wrap(reply));
        FileServerCalls bad = new FileServerCalls(new InMemoryConnection(service, random));
        assertThatThrownBy(() -> bad.fetchData64(FID, 0, askedBytes, (source, length) -> readAll(source)))
                .isInstanceOf(XdrException.class);
    }

    private static byte[] readAll(RxStream source) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        while (source.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }

    private static byte[] words(int... words) {
        XdrWriter out = new XdrWriter();
        for (int word : words) {
            out.int32(word);
        }
        return out.toBytes();
    }

    @Test
    void clientsOf32BitsGetAndGiveTheSameData() throws IOException {
        file.contents = bytes("0123456789");
        XdrWriter fetch = new XdrWriter();
        fetch.int32(FileServerOpcode.FETCH_DATA);
        FID.encode(fetch);
        fetch.int32(4);
        fetch.int32(100);
        XdrReader fetched = new XdrReader(InMemoryConnection.serve(new FileServerDispatcher(file), fetch.toBytes(), random));
        assertThat(fetched.int32()).as("the length").isEqualTo(6);
        XdrWriter store = new XdrWriter();
        store.int32(FileServerOpcode.STORE_DATA);
        FID.encode(store);
        StoreStatus.NONE.withModificationTime(5).encode(store);
        store.int32(2);
        store.int32(4);
        store.int32(6);
        store.fixedOpaque(bytes("abcd"));
        XdrReader stored = new XdrReader(InMemoryConnection.serve(new FileServerDispatcher(file), store.toBytes(), random));
        assertThat(FileServerReply.Changed.decode(stored)).isEqualTo(changed);
        assertThat(file.contents).isEqualTo(bytes("01abcd"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
