package org.afs4j.cli.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.afs4j.base.world.World;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import org.jspecify.annotations.Nullable;

/// A process's end of its control socket: reads a line of JSON, answers with a line of JSON, and so on until the caller hangs up.
///
/// The socket has mode 0600 in a directory of mode 0700: who can open it is its owner.
///
/// Threads: `afs4j-control`, and one for each caller.
public final class ControlSocket implements AutoCloseable {
    /// How long a request may be, bytes.
    static final int MOST_REQUEST_BYTES = 1 << 16;

    private static final int MOST_ANSWER_BYTES = 64 << 20;

    private final World world;
    private final Path path;
    private final ServerSocketChannel server;
    private final UnaryOperator<String> answer;

    private ControlSocket(World world, Path path, ServerSocketChannel server, UnaryOperator<String> answer) {
        this.world = world;
        this.path = path;
        this.server = server;
        this.answer = answer;
    }

    /// Lets a command's client be asked for its status while the command runs. A command runs without it where there is no place
    /// for sockets.
    ///
    /// @param around where the command runs
    /// @param ending ends it
    /// @param command what runs
    /// @param client what is told of
    public static void offer(Surroundings around, Ending ending, String command, AfsClient client) {
        offer(around, ending, command, () -> command, client);
    }

    /// The same for a command of which more is told than its name.
    ///
    /// @param around where the command runs
    /// @param ending ends it
    /// @param command what runs
    /// @param told what is told of it; asked each time, by many threads
    /// @param client what is told of
    public static void offer(
            Surroundings around, Ending ending, String command, Supplier<String> told, AfsClient client) {
        offer(around, ending, command, request -> StatusReport.answer(request, told.get(), client));
    }

    /// Lets a command be asked while it runs, and told what to do.
    ///
    /// @param around where the command runs
    /// @param ending ends it
    /// @param command what runs
    /// @param answer makes the answer to a request, both without a line break; called by many threads
    public static void offer(Surroundings around, Ending ending, String command, UnaryOperator<String> answer) {
        try {
            String name = ProcessHandle.current().pid() + "-" + command;
            ControlSocket socket = open(around.world(), new ControlDirectory(around.variables()), name, answer);
            ending.closes(socket::close);
        } catch (IOException e) {
            System.getLogger("org.afs4j.cli").log(System.Logger.Level.DEBUG, "no control socket", e);
        }
    }

    /// Opens a socket and answers on it.
    ///
    /// @param world threads
    /// @param directory where
    /// @param name the socket's name
    /// @param answer makes the answer to a request, both without a line break; called by many threads
    /// @throws IOException if it cannot be opened
    static ControlSocket open(World world, ControlDirectory directory, String name, UnaryOperator<String> answer) throws IOException {
        directory.make();
        Path path = directory.socket(name);
        Files.deleteIfExists(path); // of a process that died, and whose number is ours now
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        ControlSocket socket = new ControlSocket(world, path, server, answer);
        world.start("afs4j-control", socket::accept);
        return socket;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel caller = server.accept();
                world.start("afs4j-control-caller", () -> serve(caller));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException e) {
                System.getLogger("org.afs4j.cli").log(System.Logger.Level.WARNING, "the control socket takes no more callers", e);
                return;
            }
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                InputStream in = Channels.newInputStream(caller)) {
            for (@Nullable String request = Lines.read(in, MOST_REQUEST_BYTES); request != null; request = Lines.read(in, MOST_REQUEST_BYTES)) {
                ByteBuffer line = ByteBuffer.wrap((answer.apply(request) + "\n").getBytes(StandardCharsets.UTF_8));
                while (line.hasRemaining()) {
                    caller.write(line);
                }
            }
        } catch (IOException e) {
            System.getLogger("org.afs4j.cli").log(System.Logger.Level.DEBUG, "a caller of the control socket hung up", e);
        }
    }

    /// Asks a process over its socket.
    ///
    /// @return the answer, or null if the process is dead
    static @Nullable String ask(Path socket, String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return ask(channel, socket, line);
        }
    }

    /// Asks a process over its socket, for a time: one that is stopped (SIGSTOP) never answers.
    ///
    /// @param world time
    /// @return the answer, or null if the process is dead
    /// @throws SocketTimeoutException if it does not answer in time
    static @Nullable String ask(World world, Path socket, String line, Duration longest) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            World.Timer end = world.schedule(longest.toNanos(), () -> hangUp(channel));
            try {
                return ask(channel, socket, line);
            } catch (ClosedChannelException e) {
                throw (SocketTimeoutException) new SocketTimeoutException(socket + ": no answer within " + longest).initCause(e);
            } finally {
                end.cancel();
            }
        }
    }

    private static void hangUp(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger("org.afs4j.cli").log(System.Logger.Level.DEBUG, "a silent control socket", e);
        }
    }

    private static @Nullable String ask(SocketChannel channel, Path socket, String line) throws IOException {
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException dead) {
            return null;
        }
        ByteBuffer request = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        try (InputStream in = Channels.newInputStream(channel)) {
            return Lines.read(in, MOST_ANSWER_BYTES);
        }
    }

    /// Whether the process of a socket lives.
    static boolean isAnswered(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
