package org.afs4j.mount.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.mount.protocol.FuseReply;
import org.afs4j.mount.protocol.FuseRequest;
import org.afs4j.mount.protocol.MalformedRequestException;
import org.afs4j.protocol.Errno;
import org.junit.jupiter.api.Test;

/// Offsets are those of Linux include/uapi/linux/fuse.h, written as numbers: `fuse_uring_req_header` is `in_out` at 0, `op_in` at 128,
/// `ring_ent_in_out` at 256.
class RingEntryTest {
    private static final long UNIQUE = 0x1234_5678_9abcL;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment memory = arena.allocate(4096 + (1 << 20), 4096);
    private final MemorySegment buffer = arena.allocate((1 << 20) + 8192, 8);
    private final RingEntry entry = new RingEntry(3, memory);

    /// Puts a request here as the kernel does.
    private void ask(int opcode, int length, int operationBytes, int payloadBytes) {
        memory.set(JAVA_INT, 0, length);
        memory.set(JAVA_INT, 4, opcode);
        memory.set(JAVA_LONG, 8, UNIQUE);
        memory.set(JAVA_LONG, 16, 1);
        memory.asSlice(128, Math.min(operationBytes, 128)).fill((byte) 'o');
        memory.asSlice(4096, Math.min(payloadBytes, 1 << 20)).fill((byte) 'p');
        memory.set(JAVA_LONG, 264, UNIQUE);
        memory.set(JAVA_INT, 272, payloadBytes);
    }

    @Test
    void tellsTheKernelWhereHeaderAndPayloadAre() {
        assertThat(memory.get(JAVA_LONG, 512)).isEqualTo(memory.address());
        assertThat(memory.get(JAVA_LONG, 520)).isEqualTo(288);
        assertThat(memory.get(JAVA_LONG, 528)).isEqualTo(memory.address() + 4096);
        assertThat(memory.get(JAVA_LONG, 536)).isEqualTo(1 << 20);
    }

    @Test
    void putsARequestTogetherAsTheDeviceWouldGiveIt() throws Exception {
        ask(FuseOpcode.WRITE.number(), 40 + 40 + 5000, 40, 5000);
        long length = entry.take(buffer);
        assertThat(length).isEqualTo(5080);
        FuseRequest request = FuseRequest.of(FuseRequest.buffer(buffer), length);
        assertThat(request.opcode()).isEqualTo(FuseOpcode.WRITE.number());
        assertThat(request.unique()).isEqualTo(UNIQUE);
        assertThat(request.nodeId()).isEqualTo(1);
        assertThat(request.int64(32)).isEqualTo(0x6f6f6f6f6f6f6f6fL);
        assertThat(request.data(40, 5000).get(0)).isEqualTo((byte) 'p');
        assertThat(request.data(40, 5000).get(4999)).isEqualTo((byte) 'p');
    }

    @Test
    void takesRequestsWithoutAnOperationsHeaderAndWithoutAnything() throws Exception {
        ask(FuseOpcode.LOOKUP.number(), 40 + 4, 0, 4);
        assertThat(entry.take(buffer)).isEqualTo(44);
        assertThat(buffer.get(JAVA_BYTE, 40)).isEqualTo((byte) 'p');
        ask(FuseOpcode.STATFS.number(), 40, 0, 0);
        assertThat(entry.take(buffer)).isEqualTo(40);
    }

    @Test
    void refusesPartsThatDoNotMakeUpARequest() {
        int[][] wrong = {{39, 0}, {0, 0}, {-1, 0}, {40 + 129, 0}, {100, 61}, {100, -1}, {40 + (1 << 20) + 1, (1 << 20) + 1}};
        for (int[] lengths : wrong) {
            ask(FuseOpcode.READ.number(), lengths[0], 0, 0);
            memory.set(JAVA_INT, 272, lengths[1]);
            assertThatThrownBy(() -> entry.take(buffer))
                    .as("length %d, payload %d", lengths[0], lengths[1])
                    .isInstanceOf(MalformedRequestException.class);
        }
    }

    @Test
    void refusesARequestThatIsLargerThanTheBuffer() {
        ask(FuseOpcode.WRITE.number(), 40 + 40 + 5000, 40, 5000);
        assertThatThrownBy(() -> entry.take(buffer.asSlice(0, 5079))).isInstanceOf(MalformedRequestException.class);
    }

    @Test
    void aReplyHasItsHeaderInFrontAndItsBodyAsPayload() throws Exception {
        ask(FuseOpcode.READ.number(), 80, 40, 0);
        entry.take(buffer);
        FuseReply reply = FuseReply.ofBytes(64);
        reply.int64(0x1122334455667788L).int32(7);
        entry.put(reply.done(UNIQUE));
        assertThat(memory.get(JAVA_INT, 0)).isEqualTo(28);
        assertThat(memory.get(JAVA_INT, 4)).isZero();
        assertThat(memory.get(JAVA_LONG, 8)).isEqualTo(UNIQUE);
        assertThat(memory.get(JAVA_LONG, 4096)).isEqualTo(0x1122334455667788L);
        assertThat(memory.get(JAVA_INT, 4104)).isEqualTo(7);
        assertThat(memory.get(JAVA_LONG, 264)).isEqualTo(UNIQUE);
        assertThat(memory.get(JAVA_INT, 272)).isEqualTo(12);
    }

    @Test
    void aRequestThatWasMalformedCanBeRefused() {
        ask(FuseOpcode.READ.number(), 39, 0, 0);
        assertThatThrownBy(() -> entry.take(buffer)).isInstanceOf(MalformedRequestException.class);
        entry.failed(Errno.EIO.number());
        assertThat(memory.get(JAVA_INT, 0)).isEqualTo(16);
        assertThat(memory.get(JAVA_INT, 4)).isEqualTo(-5);
        assertThat(memory.get(JAVA_LONG, 8)).isEqualTo(UNIQUE);
        assertThat(memory.get(JAVA_INT, 272)).isZero();
    }

    @Test
    void refusesAReplyThatNoRequestHasRoomFor() {
        assertThatThrownBy(() -> entry.put(arena.allocate(16 + (1 << 20) + 1L))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> entry.put(arena.allocate(15))).isInstanceOf(IOException.class);
    }

    @Test
    void aCommandNamesTheQueue() {
        MemorySegment command = arena.allocate(80, 8);
        entry.putCommand(command);
        assertThat(command.get(JAVA_LONG, 0)).isZero();
        assertThat(command.get(JAVA_LONG, 8)).isZero();
        assertThat(command.get(JAVA_SHORT, 16)).isEqualTo((short) 3);
    }
}
