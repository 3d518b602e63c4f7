package org.afs4j.mount.session;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseRequest;
import org.jspecify.annotations.Nullable;

/// The kernel's end of a session, played by a test.
final class PlayedKernel implements FuseChannel {
    private static final byte[] END = new byte[0];
    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<byte[]> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();

    /// A reply as the kernel sees it.
    record Reply(long unique, int error, int bodyBytes) {}

    /// Asks something.
    void ask(FuseOpcode opcode, long unique, byte... body) {
        ask(opcode.number(), unique, body);
    }

    void ask(int opcode, long unique, byte... body) {
        ByteBuffer request = ByteBuffer.allocate(FuseRequest.HEADER_BYTES + body.length).order(ByteOrder.nativeOrder());
        request.putInt(request.capacity()).putInt(opcode).putLong(unique).putLong(1);
        request.position(FuseRequest.HEADER_BYTES).put(body);
        requests.add(request.array());
    }

    /// Asks with numbers of 32 bits as the body.
    void askWords(FuseOpcode opcode, long unique, int... words) {
        ByteBuffer body = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        for (int word : words) {
            body.putInt(word);
        }
        ask(opcode, unique, body.array());
    }

    /// Sends bytes that need not be a request.
    void send(byte... bytes) {
        requests.add(bytes);
    }

    void unmount() {
        requests.add(END);
    }

    /// The next reply, of whichever request.
    Reply nextReply() throws InterruptedException {
        @Nullable Reply reply = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(reply).as("a reply").isNotNull();
        return reply;
    }

    @Override
    public long read(MemorySegment buffer) throws IOException {
        try {
            byte[] request = requests.take();
            if (request.length == 0) {
                requests.add(END);
                return UNMOUNTED;
            }
            MemorySegment.copy(request, 0, buffer, JAVA_BYTE, 0, request.length);
            return request.length;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void write(MemorySegment message) {
        ByteBuffer reply = message.asByteBuffer().order(ByteOrder.nativeOrder());
        int length = reply.getInt();
        int error = reply.getInt();
        replies.add(new Reply(reply.getLong(), error, length - 16));
    }

    @Override
    public FuseChannel another() {
        return this;
    }

    @Override
    public void close() {
        unmount();
    }
}
