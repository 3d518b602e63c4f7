package org.afs4j.mount.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `fusermount3`, the set-user-id program that mounts for those who are not root and passes the device's descriptor back over a
/// socket.
///
/// Source: fusermount3(1); the socket's descriptor is in `_FUSE_COMMFD`, the answer is one byte with SCM_RIGHTS.
///
/// Blocks: until the program has ended, which asks nobody but the kernel.
public final class Fusermount {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final long MESSAGE_HEADER_BYTES = 56;
    private static final long CONTROL_BYTES = 64;
    private static final long CONTROL_DATA_OFFSET_BYTES = 16;
    private static final short POLLIN = 1;
    private static final int PATIENCE_MILLIS = 20_000;

    private Fusermount() {}

    /// Where the program is; null if it is not installed.
    public static @Nullable Path program() {
        for (String directory : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            for (String name : List.of("fusermount3", "fusermount")) {
                Path candidate = Path.of(directory, name);
                if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    /// Mounts.
    ///
    /// @param program where it is
    /// @param mountPoint the directory, absolute
    /// @param options as for `-o`
    /// @return the device's descriptor, mounted
    /// @throws IOException if the program refuses; it has said why on standard error
    public static FuseDevice mount(Path program, String mountPoint, String options) throws IOException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment pair = temporary.allocate(JAVA_INT, 2);
            LinuxCalls.check(
                    "socketpair", (int) LinuxCalls.SOCKETPAIR.invokeExact(LinuxCalls.errno(), AF_UNIX, SOCK_STREAM, 0, pair));
            int ours = pair.getAtIndex(JAVA_INT, 0);
            int theirs = pair.getAtIndex(JAVA_INT, 1);
            try {
                int status = run(temporary, program, List.of("-o", options, "--", mountPoint), theirs);
                if (status != 0) {
                    throw new IOException(program + " cannot mount " + mountPoint + " (it ended with " + status + ")");
                }
                return new FuseDevice(receive(temporary, ours));
            } finally {
                close(ours);
                close(theirs);
            }
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// Unmounts.
    ///
    /// @param program where it is
    /// @param mountPoint the directory, absolute
    /// @param lazy whether those who use it may go on to
    /// @throws IOException if the program refuses; it has said why on standard error
    public static void unmount(Path program, String mountPoint, boolean lazy) throws IOException {
        try (Arena temporary = Arena.ofConfined()) {
            int status = run(temporary, program, List.of("-u", lazy ? "-z" : "-q", "--", mountPoint), -1);
            if (status != 0) {
                throw new IOException(program + " cannot unmount " + mountPoint + " (it ended with " + status + ")");
            }
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    private static void close(int descriptor) throws Throwable {
        int ignored = (int) LinuxCalls.CLOSE.invokeExact(LinuxCalls.errno(), descriptor);
        assert ignored <= 0;
    }

    /// Runs the program, which inherits our descriptors: ProcessBuilder would close the socket.
    private static int run(Arena arena, Path program, List<String> arguments, int socket) throws Throwable {
        List<String> words = new ArrayList<>(arguments);
        words.addFirst(program.toString());
        List<String> variables = new ArrayList<>();
        for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
            variables.add(variable.getKey() + "=" + variable.getValue());
        }
        variables.add("_FUSE_COMMFD=" + socket);
        MemorySegment pid = arena.allocate(JAVA_INT);
        MemorySegment path = arena.allocateFrom(program.toString());
        MemorySegment argv = strings(arena, words);
        MemorySegment envp = strings(arena, variables);
        int error = (int) LinuxCalls.POSIX_SPAWN.invokeExact(
                LinuxCalls.errno(), pid, path, MemorySegment.NULL, MemorySegment.NULL, argv, envp);
        if (error != 0) {
            throw new SystemCallException("start of " + program, error);
        }
        MemorySegment status = arena.allocate(JAVA_INT);
        LinuxCalls.check("waitpid", (int) LinuxCalls.WAITPID.invokeExact(LinuxCalls.errno(), pid.get(JAVA_INT, 0), status, 0));
        return status.get(JAVA_INT, 0) >> 8;
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return array;
    }

    /// Receives the descriptor; the sender has ended, so what it sent is there.
    private static int receive(Arena arena, int socket) throws Throwable {
        MemorySegment poll = arena.allocate(8, 8);
        poll.set(JAVA_INT, 0, socket);
        poll.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 4, POLLIN);
        int ready = (int) LinuxCalls.POLL.invokeExact(LinuxCalls.errno(), poll, 1L, PATIENCE_MILLIS);
        if (ready <= 0) {
            throw new IOException("fusermount3 has mounted, but sent no descriptor");
        }
        MemorySegment data = arena.allocate(JAVA_BYTE, 16);
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ADDRESS, 0, data);
        vector.set(JAVA_LONG, 8, 1);
        MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
        MemorySegment message = arena.allocate(MESSAGE_HEADER_BYTES, 8);
        message.set(ADDRESS, 16, vector);
        message.set(JAVA_LONG, 24, 1);
        message.set(ADDRESS, 32, control);
        message.set(JAVA_LONG, 40, CONTROL_BYTES);
        long read = (long) LinuxCalls.RECVMSG.invokeExact(LinuxCalls.errno(), socket, message, MSG_CMSG_CLOEXEC);
        LinuxCalls.check("recvmsg", read);
        boolean passed = message.get(JAVA_LONG, 40) >= CONTROL_DATA_OFFSET_BYTES + Integer.BYTES
                && control.get(JAVA_INT, 8) == SOL_SOCKET
                && control.get(JAVA_INT, 12) == SCM_RIGHTS;
        if (!passed) {
            throw new IOException("fusermount3 sent no descriptor");
        }
        return control.get(JAVA_INT, CONTROL_DATA_OFFSET_BYTES);
    }
}
