package org.afs4j.mount.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One datagram to a Unix domain socket, which Java's channels know only as streams.
///
/// Source: unix(7), sd_notify(3).
public final class UnixDatagram {
    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int PATH_OFFSET_BYTES = 2;
    private static final int MOST_PATH_BYTES = 107;

    private UnixDatagram() {}

    /// Sends a text.
    ///
    /// Blocks: never.
    ///
    /// @param socket the socket's path, or `@` and a name in the kernel's abstract space; 107 bytes at most
    /// @param text what to send, in UTF-8
    /// @throws IOException if there is no such socket, or it takes nothing now
    public static void send(String socket, String text) throws IOException {
        byte[] path = socket.getBytes(UTF_8);
        if (path.length == 0 || path.length > MOST_PATH_BYTES || (path[0] != '/' && path[0] != '@')) {
            throw new IOException("not the path of a Unix domain socket: " + socket);
        }
        boolean isAbstract = path[0] == '@';
        path[0] = isAbstract ? 0 : path[0];
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment address = temporary.allocate(PATH_OFFSET_BYTES + MOST_PATH_BYTES + 1L, Short.BYTES);
            address.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, PATH_OFFSET_BYTES, path.length);
            int addressBytes = PATH_OFFSET_BYTES + path.length + (isAbstract ? 0 : 1);
            MemorySegment message = temporary.allocateFrom(JAVA_BYTE, text.getBytes(UTF_8));
            int descriptor = (int) LinuxCalls.check(
                    "socket",
                    (int) LinuxCalls.SOCKET.invokeExact(LinuxCalls.errno(), (int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            try {
                LinuxCalls.check(
                        "sendto " + socket,
                        (long) LinuxCalls.SENDTO.invokeExact(
                                LinuxCalls.errno(), descriptor, message, message.byteSize(), MSG_DONTWAIT | MSG_NOSIGNAL, address, addressBytes));
            } finally {
                int ignored = (int) LinuxCalls.CLOSE.invokeExact(LinuxCalls.errno(), descriptor);
                assert ignored <= 0;
            }
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }
}
