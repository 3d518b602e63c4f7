package org.afs4j.rx.trace;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/// Writes datagrams as a capture that tcpdump and wireshark read: pcap with nanoseconds and link type raw IP, each datagram in an
/// IPv4 or IPv6 and a UDP header made for it.
///
/// ```
///  file    magic a1b23c4d, version 2.4, 8 bytes of 0, longest packet, link type 101          24 bytes
///  packet  seconds, nanoseconds, bytes here, bytes in all; IP header; UDP header; datagram     16 + 20 or 40 + 8 + n
/// ```
///
/// Threads: one at a time.
public final class PcapWriter implements AutoCloseable {
    private static final int MAGIC_NANOS = 0xa1b2_3c4d;
    private static final int LINK_TYPE_RAW_IP = 101;
    private static final int LONGEST = 65_535;
    private static final int PROTOCOL_UDP = 17;
    private static final int TIME_TO_LIVE = 64;
    private static final int UDP_BYTES = 8;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;

    private final WritableByteChannel channel;

    /// Begins a capture.
    ///
    /// @param channel where it goes; closed with this
    /// @throws IOException if it cannot be written
    public PcapWriter(WritableByteChannel channel) throws IOException {
        this.channel = channel;
        ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.BIG_ENDIAN);
        header.putInt(MAGIC_NANOS).putShort((short) 2).putShort((short) 4).putLong(0).putInt(LONGEST).putInt(LINK_TYPE_RAW_IP);
        write(header.flip());
    }

    /// Adds a datagram.
    ///
    /// @param atNanos when it passed, on any clock, 0 or more
    /// @param from who sent it
    /// @param to who gets it; an address of the same family
    /// @param datagram its bytes from position to limit, at most 65,000; not changed
    /// @throws IOException if it cannot be written
    public void add(long atNanos, InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram) throws IOException {
        byte[] source = from.getAddress().getAddress();
        byte[] destination = to.getAddress().getAddress();
        if (source.length != destination.length) {
            throw new IllegalArgumentException("addresses of two families: " + from + ", " + to);
        }
        boolean four = from.getAddress() instanceof Inet4Address;
        int udpBytes = UDP_BYTES + datagram.remaining();
        int ipBytes = four ? IPV4_BYTES : IPV6_BYTES;
        int length = ipBytes + udpBytes;
        ByteBuffer packet = ByteBuffer.allocate(16 + length);
        packet.putInt((int) (atNanos / 1_000_000_000)).putInt((int) (atNanos % 1_000_000_000));
        packet.putInt(length).putInt(length);
        if (four) {
            packet.putShort((short) 0x4500).putShort((short) length).putInt(0x0000_4000);
            packet.put((byte) TIME_TO_LIVE).put((byte) PROTOCOL_UDP).putShort((short) 0);
            packet.put(source).put(destination);
            packet.putShort(16 + 10, (short) checksum(packet, 16, IPV4_BYTES, 0));
        } else {
            packet.putInt(0x6000_0000).putShort((short) udpBytes);
            packet.put((byte) PROTOCOL_UDP).put((byte) TIME_TO_LIVE);
            packet.put(source).put(destination);
        }
        int udp = packet.position();
        packet.putShort((short) from.getPort()).putShort((short) to.getPort()).putShort((short) udpBytes).putShort((short) 0);
        packet.put(datagram.duplicate());
        int addresses = PROTOCOL_UDP + udpBytes;
        for (byte[] address : new byte[][] {source, destination}) {
            for (int i = 0; i < address.length; i += 2) {
                addresses += ((address[i] & 0xFF) << 8) + (address[i + 1] & 0xFF);
            }
        }
        int sum = checksum(packet, udp, udpBytes, addresses);
        packet.putShort(udp + 6, (short) (sum == 0 ? 0xFFFF : sum));
        write(packet.flip());
    }

    /// The internet checksum (RFC 1071) of part of a buffer.
    private static int checksum(ByteBuffer buffer, int from, int length, int initial) {
        long sum = initial;
        for (int i = 0; i < length; i++) {
            int value = buffer.get(from + i) & 0xFF;
            sum += i % 2 == 0 ? value << 8 : value;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) ~sum & 0xFFFF;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int written = channel.write(bytes);
            assert written >= 0;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
