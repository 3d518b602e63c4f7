package org.afs4j.rx.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Internet addresses in the kernel's form, remembered in both directions, so that a datagram of a known peer costs no object.
/// Of two peers in the same place of the table the newer one is remembered.
///
/// ```
///  sockaddr_in   family 2 │ port 2 │ address 4 │ zero 8
///  sockaddr_in6  family 2 │ port 2 │ flow 4 │ address 16 │ scope 4
/// ```
///
/// Threads: any.
final class SocketAddresses {
    /// Bytes of the longer form.
    static final int MAX_BYTES = 28;

    private static final int IN_BYTES = 16;
    private static final int PLACES = 2048;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final boolean isInet6;
    private final AtomicReferenceArray<@Nullable Known> byRaw = new AtomicReferenceArray<>(PLACES);
    private final AtomicReferenceArray<@Nullable Known> byAddress = new AtomicReferenceArray<>(PLACES);

    /// An address in both forms.
    static final class Known {
        final InetSocketAddress address;
        private final long first;
        private final long second;
        private final long third;
        private final int fourth;

        /// Whether the path to it refuses segments made by the kernel.
        volatile boolean refusesSegments;

        private Known(InetSocketAddress address, long first, long second, long third, int fourth) {
            this.address = address;
            this.first = first;
            this.second = second;
            this.third = third;
            this.fourth = fourth;
        }
    }

    /// Makes a table for sockets of one family.
    ///
    /// @param isInet6 whether they are IPv6 sockets, which speak IPv4 by mapped addresses
    SocketAddresses(boolean isInet6) {
        this.isInet6 = isInet6;
    }

    /// Bytes of an address.
    int bytes() {
        return isInet6 ? MAX_BYTES : IN_BYTES;
    }

    /// The address that the kernel wrote.
    ///
    /// @param memory where
    /// @param offsetBytes where in it; [#MAX_BYTES] are there, those that are not of the address zero
    /// @throws IOException if it is none
    InetSocketAddress read(MemorySegment memory, long offsetBytes) throws IOException {
        long first = memory.get(LONG, offsetBytes);
        long second = memory.get(LONG, offsetBytes + 8);
        long third = isInet6 ? memory.get(LONG, offsetBytes + 16) : 0;
        int fourth = isInet6 ? memory.get(INT, offsetBytes + 24) : 0;
        int place = place(first * 31 + second * 17 + third * 13 + fourth);
        Known known = byRaw.get(place);
        if (known != null && known.first == first && known.second == second && known.third == third && known.fourth == fourth) {
            return known.address;
        }
        known = new Known(decode(memory, offsetBytes), first, second, third, fourth);
        byRaw.set(place, known);
        return known.address;
    }

    private static int place(long hash) {
        return (int) ((hash * 0x9E37_79B9_7F4A_7C15L) >>> 53);
    }

    private InetSocketAddress decode(MemorySegment memory, long offsetBytes) throws IOException {
        int port = memory.get(PORT, offsetBytes + 2) & 0xFFFF;
        int family = memory.get(FAMILY, offsetBytes);
        if (family == SocketCalls.AF_INET) {
            byte[] address = new byte[4];
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offsetBytes + 4, address, 0, address.length);
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        }
        if (family == SocketCalls.AF_INET6) {
            byte[] address = new byte[16];
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offsetBytes + 8, address, 0, address.length);
            int scope = memory.get(INT, offsetBytes + 24);
            // Mapped IPv4 addresses become what they are by this.
            InetAddress decoded = InetAddress.getByAddress(address);
            if (scope != 0 && decoded instanceof Inet6Address) {
                decoded = Inet6Address.getByAddress(null, address, scope);
            }
            return new InetSocketAddress(decoded, port);
        }
        throw new IOException("not an internet address: family " + family);
    }

    /// The kernel's form of an address.
    ///
    /// @throws IOException if a socket of this family cannot send there
    Known known(InetSocketAddress address) throws IOException {
        int place = place(address.hashCode());
        Known known = byAddress.get(place);
        if (known == null || !known.address.equals(address)) {
            known = encode(address);
            byAddress.set(place, known);
        }
        return known;
    }

    /// Writes an address for the kernel.
    ///
    /// @param known the address
    /// @param memory where
    /// @param offsetBytes where in it; room for [#bytes()]
    void write(Known known, MemorySegment memory, long offsetBytes) {
        memory.set(LONG, offsetBytes, known.first);
        memory.set(LONG, offsetBytes + 8, known.second);
        if (isInet6) {
            memory.set(LONG, offsetBytes + 16, known.third);
            memory.set(INT, offsetBytes + 24, known.fourth);
        }
    }

    private Known encode(InetSocketAddress address) throws IOException {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new UnknownHostException(address.getHostString());
        }
        byte[] raw = new byte[32];
        MemorySegment memory = MemorySegment.ofArray(raw);
        memory.set(PORT, 2, (short) address.getPort());
        byte[] bytes = host.getAddress();
        if (!isInet6) {
            if (!(host instanceof Inet4Address)) {
                throw new IOException("an IPv4 socket cannot send to " + address);
            }
            memory.set(FAMILY, 0, (short) SocketCalls.AF_INET);
            System.arraycopy(bytes, 0, raw, 4, bytes.length);
        } else {
            memory.set(FAMILY, 0, (short) SocketCalls.AF_INET6);
            if (host instanceof Inet6Address six) {
                System.arraycopy(bytes, 0, raw, 8, bytes.length);
                memory.set(INT, 24, six.getScopeId());
            } else if (!host.isAnyLocalAddress()) {
                raw[18] = (byte) 0xFF;
                raw[19] = (byte) 0xFF;
                System.arraycopy(bytes, 0, raw, 20, bytes.length);
            }
        }
        return new Known(address, memory.get(LONG, 0), memory.get(LONG, 8), memory.get(LONG, 16), memory.get(INT, 24));
    }
}
