package org.afs4j.rx.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Layouts, held against packets that other implementations sent.
@SuppressWarnings("ByteBufferBackingArray") // all buffers here are made by ByteBuffer.allocate
class PacketCodecTest {
    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text));
    }

    @Test
    void decodesTheHeaderOfACapturedPing() {
        ByteBuffer packet = hex("b5419e7ca92382640000009f00000000000005e702230000000000010000000000000001000000000000000006000000000000163c"
                + "000005a40000003f00000004");
        assertThat(RxHeader.epoch(packet)).isEqualTo(0xb5419e7c);
        assertThat(RxHeader.cid(packet)).isEqualTo(0xa9238264);
        assertThat(RxHeader.callNumber(packet)).isEqualTo(0x9f);
        assertThat(RxHeader.seq(packet)).isZero();
        assertThat(RxHeader.serial(packet)).isEqualTo(0x5e7);
        assertThat(RxHeader.type(packet)).isEqualTo(RxHeader.TYPE_ACK);
        assertThat(RxHeader.flags(packet))
                .isEqualTo(RxHeader.FLAG_SLOW_START_OK | RxHeader.FLAG_REQUEST_ACK | RxHeader.FLAG_CLIENT_INITIATED);
        assertThat(RxHeader.securityIndex(packet)).isZero();
        assertThat(RxHeader.serviceId(packet)).isEqualTo(1);
        RxAckPacket ack = new RxAckPacket();
        assertThat(ack.decode(packet)).isTrue();
        assertThat(ack.reason()).isEqualTo(RxAckPacket.REASON_PING);
        assertThat(ack.firstPacket()).isEqualTo(1);
        assertThat(ack.ackCount()).isZero();
        assertThat(ack.maxDatagramBytes()).isEqualTo(1444);
        assertThat(ack.receiveWindow()).isEqualTo(63);
    }

    @Test
    void decodesTheSoftAcksOfACapturedAck() {
        ByteBuffer packet = hex("b5419e7ca92382640000000200000000000000030221000000000001000000000000000100000001000000040101010000000000163c"
                + "000005a40000003f00000004");
        RxAckPacket ack = new RxAckPacket();
        assertThat(ack.decode(packet)).isTrue();
        assertThat(ack.reason()).isEqualTo(RxAckPacket.REASON_REQUESTED);
        assertThat(ack.ackedSerial()).isEqualTo(4);
        assertThat(ack.ackCount()).isEqualTo(1);
        assertThat(ack.isReceived(0)).isTrue();
        assertThat(ack.receiveWindow()).isEqualTo(63);
    }

    @Test
    void everyCapturedHeaderIsWrittenAgainAsItWas() {
        assertThat(CapturedPackets.all()).isNotEmpty().allSatisfy(bytes -> {
            ByteBuffer packet = ByteBuffer.wrap(bytes);
            ByteBuffer written = ByteBuffer.allocate(RxHeader.LENGTH);
            RxHeader.encode(
                    written,
                    RxHeader.epoch(packet),
                    RxHeader.cid(packet),
                    RxHeader.callNumber(packet),
                    RxHeader.seq(packet),
                    RxHeader.serial(packet),
                    RxHeader.type(packet),
                    RxHeader.flags(packet),
                    RxHeader.userStatus(packet),
                    RxHeader.securityIndex(packet),
                    RxHeader.checksum(packet),
                    RxHeader.serviceId(packet));
            assertThat(written.array()).isEqualTo(Arrays.copyOf(bytes, RxHeader.LENGTH));
        });
    }

    @Test
    void everyCapturedAckIsUnderstood() {
        RxAckPacket ack = new RxAckPacket();
        assertThat(CapturedPackets.all().stream().map(ByteBuffer::wrap).filter(packet -> RxHeader.type(packet) == RxHeader.TYPE_ACK))
                .isNotEmpty()
                .allSatisfy(packet -> {
                    assertThat(ack.decode(packet)).isTrue();
                    assertThat(ack.receiveWindow()).isBetween(1, 255);
                    assertThat(ack.maxDatagramBytes()).isEqualTo(1444);
                });
    }

    @Test
    void readsBackTheAckThatItWrites() {
        ByteBuffer packet = ByteBuffer.allocate(RxAckPacket.MAX_BYTES);
        int length = RxAckPacket.encode(packet, 7, 11, 99, RxAckPacket.REASON_OUT_OF_SEQUENCE, 3, 128);
        RxAckPacket.encodeAck(packet, 0, false);
        RxAckPacket.encodeAck(packet, 1, true);
        RxAckPacket.encodeAck(packet, 2, true);
        packet.limit(length);
        RxAckPacket ack = new RxAckPacket();
        assertThat(ack.decode(packet)).isTrue();
        assertThat(ack.firstPacket()).isEqualTo(7);
        assertThat(ack.previousPacket()).isEqualTo(11);
        assertThat(ack.ackedSerial()).isEqualTo(99);
        assertThat(ack.isReceived(0)).isFalse();
        assertThat(ack.isReceived(1)).isTrue();
        assertThat(ack.receiveWindow()).isEqualTo(128);
        assertThat(ack.maxDatagramBytes()).isEqualTo(RxDataPacket.MAX_SENT_DATAGRAM_BYTES);
    }

    @Test
    void refusesAnAckShorterThanItSays() {
        ByteBuffer packet = ByteBuffer.allocate(RxAckPacket.MAX_BYTES);
        int length = RxAckPacket.encode(packet, 1, 0, 0, RxAckPacket.REASON_DELAY, 200, 32);
        assertThat(length).isEqualTo(28 + 18 + 200 + 3 + 16);
        RxAckPacket ack = new RxAckPacket();
        assertThat(ack.decode(packet.limit(28 + 18 + 199))).isFalse();
        assertThat(ack.decode(packet.limit(28 + 17))).isFalse();
        assertThat(ack.decode(packet.limit(28 + 18 + 200))).isTrue();
        assertThat(ack.receiveWindow()).as("a window that is not there").isZero();
    }

    @Test
    void walksThroughAJumbogram() {
        ByteBuffer datagram = ByteBuffer.allocate(28 + 1412 + 4 + 10);
        RxHeader.encode(datagram, 1, 2, 3, 5, 70, RxHeader.TYPE_DATA, RxHeader.FLAG_JUMBO_PACKET, 0, 0, 0xABCD, 1);
        datagram.put(1440, (byte) RxHeader.FLAG_LAST_PACKET).putShort(1442, (short) 0x1234);
        RxDataPacket data = new RxDataPacket();
        data.begin(datagram);
        assertThat(data.isWhole()).isTrue();
        assertThat(data.isFollowed()).isTrue();
        assertThat(data.to() - data.from()).isEqualTo(1412);
        assertThat(data.checksum()).isEqualTo(0xABCD);
        data.next();
        assertThat(data.isWhole()).isTrue();
        assertThat(data.isFollowed()).isFalse();
        assertThat(data.seq()).isEqualTo(6);
        assertThat(data.serial()).isEqualTo(71);
        assertThat(data.from()).isEqualTo(1444);
        assertThat(data.to()).isEqualTo(1454);
        assertThat(data.checksum()).isEqualTo(0x1234);
        data.begin(datagram.limit(1443));
        assertThat(data.isWhole()).isFalse();
    }

    @Test
    void debugAnswersHaveTheLengthsThatRxdebugExpects() throws Exception {
        ByteBuffer packet = ByteBuffer.allocate(RxDebugPacket.MAX_ANSWER_LENGTH);
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 1, 2, 3}), 7001);
        assertThat(RxDebugPacket.encodeStats(packet, 1, 2, 3, 4, 5)).isEqualTo(28 + 56);
        assertThat(RxDebugPacket.encodeConnection(packet, peer, 1, 2, 3, true, 0, 0)).isEqualTo(28 + 176);
        assertThat(packet.getInt(28)).isEqualTo(0x0A010203);
        assertThat(RxDebugPacket.encodePeer(packet, peer, 1, 1000)).isEqualTo(28 + 132);
        assertThat(RxDebugPacket.encodeStatistics(packet)).isEqualTo(28 + 284);
        assertThat(RxDebugPacket.encodeBadType(packet)).isEqualTo(28 + 8);
    }
}
