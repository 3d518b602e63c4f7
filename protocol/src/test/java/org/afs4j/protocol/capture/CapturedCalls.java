package org.afs4j.protocol.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads Rx calls out of a packet capture: Ethernet, IPv4, UDP, the Rx header, DATA packets in their order.
///
/// pcap file: 24 bytes of header, then per packet 16 bytes (seconds, microseconds, length kept, length) and its bytes;
/// little-endian. Rx header: epoch 4, cid 4, call 4, seq 4, serial 4, type 1, flags 1, …, service 2 at 26.
public final class CapturedCalls {
    private static final int DATA = 1;
    private static final int CLIENT_INITIATED = 0x01;
    private static final int LAST = 0x04;
    private static final int JUMBO = 0x20;
    private static final int RX_HEADER_BYTES = 28;

    private CapturedCalls() {}

    /// A call as it was on the wire.
    ///
    /// @param serverPort the port that was called
    /// @param request its bytes; null if not all of it was captured
    /// @param reply its bytes; null if not all of it was captured, or there was none
    public record Call(int serverPort, @Nullable ByteBuffer request, @Nullable ByteBuffer reply) {}

    /// The calls of a capture, in the order of their first packets.
    ///
    /// @param resource the capture's name
    public static List<Call> read(String resource) {
        ByteBuffer file = ByteBuffer.wrap(bytes("/captures/" + resource)).order(ByteOrder.LITTLE_ENDIAN);
        if (file.getInt(0) != 0xa1b2c3d4) {
            throw new AssertionError("not a pcap file with microseconds, little-endian");
        }
        file.position(24);
        Map<String, Streams> calls = new LinkedHashMap<>();
        while (file.hasRemaining()) {
            int length = file.getInt(file.position() + 8);
            packet(file.slice(file.position() + 16, length), calls);
            file.position(file.position() + 16 + length);
        }
        List<Call> read = new ArrayList<>();
        calls.values().forEach(call -> read.add(
                new Call(call.serverPort, Streams.joined(call.request), Streams.joined(call.reply))));
        return read;
    }

    /// The bytes of a resource.
    ///
    /// @param resource its name
    public static byte[] bytes(String resource) {
        try (InputStream in = CapturedCalls.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new AssertionError("no resource " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void packet(ByteBuffer frame, Map<String, Streams> calls) {
        int ip = 14;
        if (frame.order(ByteOrder.BIG_ENDIAN).getShort(12) != 0x0800 || frame.get(ip + 9) != 17) {
            return;
        }
        int udp = ip + (frame.get(ip) & 0xf) * 4;
        int source = frame.getShort(udp) & 0xffff;
        int destination = frame.getShort(udp + 2) & 0xffff;
        int rx = udp + 8;
        int end = udp + (frame.getShort(udp + 4) & 0xffff);
        if (end - rx < RX_HEADER_BYTES || frame.get(rx + 20) != DATA) {
            return;
        }
        int flags = frame.get(rx + 21);
        boolean request = (flags & CLIENT_INITIATED) != 0;
        int client = frame.getInt(ip + (request ? 12 : 16));
        int server = frame.getInt(ip + (request ? 16 : 12));
        String key = client + "-" + server + "-" + (request ? destination : source) + "-" + frame.getInt(rx) + "-"
                + frame.getInt(rx + 4) + "-" + frame.getInt(rx + 8);
        Streams streams = calls.computeIfAbsent(key, _ -> new Streams(request ? destination : source));
        ByteBuffer payload = frame.slice(rx + RX_HEADER_BYTES, end - rx - RX_HEADER_BYTES);
        if ((flags & JUMBO) != 0) {
            throw new AssertionError("a jumbogram, which this reader does not split");
        }
        (request ? streams.request : streams.reply)
                .put(frame.getInt(rx + 12), new Packet((flags & LAST) != 0, payload));
    }

    private record Packet(boolean last, ByteBuffer payload) {}

    private static final class Streams {
        private final int serverPort;
        private final Map<Integer, Packet> request = new TreeMap<>();
        private final Map<Integer, Packet> reply = new TreeMap<>();

        Streams(int serverPort) {
            this.serverPort = serverPort;
        }

        static @Nullable ByteBuffer joined(Map<Integer, Packet> packets) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int expected = 1;
            boolean last = false;
            for (Map.Entry<Integer, Packet> packet : packets.entrySet()) {
                if (packet.getKey() != expected++) {
                    return null;
                }
                ByteBuffer payload = packet.getValue().payload;
                bytes.write(payload.array(), payload.arrayOffset(), payload.capacity());
                last = packet.getValue().last;
            }
            return last ? ByteBuffer.wrap(bytes.toByteArray()) : null;
        }
    }
}
