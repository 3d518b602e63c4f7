package org.afs4j.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A name server on the loopback interface that answers from a table.
final class LoopbackNameServer {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final Map<String, List<Record>> records = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile int failure = Rcode.NOERROR;
    private volatile boolean silent;

    LoopbackNameServer() throws SocketException {
        thread = Thread.ofPlatform().name("name-server").start(this::serve);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    void add(Record record) {
        records.computeIfAbsent(key(record), _ -> new CopyOnWriteArrayList<>()).add(record);
    }

    /// The questions that came, each as name and type.
    List<String> asked() {
        return asked;
    }

    void failWith(int rcode) {
        failure = rcode;
    }

    void beSilent() {
        silent = true;
    }

    private static String key(Record record) {
        return record.getName() + " " + Type.string(record.getType());
    }

    private void serve() {
        byte[] buffer = new byte[4096];
        try {
            while (!socket.isClosed()) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] reply = reply(new Message(Arrays.copyOf(buffer, packet.getLength()))).toWire();
                if (!silent) {
                    socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            }
        } catch (SocketException closed) {
            // the end
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Message reply(Message query) {
        Record question = query.getQuestion();
        asked.add(key(question));
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RA);
        reply.addRecord(question, Section.QUESTION);
        if (failure != Rcode.NOERROR) {
            reply.getHeader().setRcode(failure);
            return reply;
        }
        List<Record> alias = records.getOrDefault(question.getName() + " CNAME", List.of());
        List<Record> found = records.getOrDefault(key(question), alias);
        found.forEach(record -> reply.addRecord(record, Section.ANSWER));
        boolean known = records.keySet().stream().anyMatch(key -> key.startsWith(question.getName() + " "));
        reply.getHeader().setRcode(known ? Rcode.NOERROR : Rcode.NXDOMAIN);
        return reply;
    }

    /// Stops; nothing answers any more.
    void stop() throws InterruptedException {
        socket.close();
        thread.join();
    }
}
