package org.afs4j.rx.trace;

import java.nio.ByteBuffer;
import org.afs4j.rx.packet.RxAbortPacket;
import org.afs4j.rx.packet.RxAckPacket;
import org.afs4j.rx.packet.RxDataPacket;
import org.afs4j.rx.packet.RxDebugPacket;
import org.afs4j.rx.packet.RxHeader;

/// Packets as text, one line each, in the manner of tcpdump: what is in the header, and what the type's body says. Payloads and
/// the bodies of challenges and responses are not shown, only their lengths.
///
/// ```
/// rx data cid 40ea8f1c/0 call 1 seq 1 ser 1 <client-init,last-pckt> service 1 security 0, 100 bytes
/// rx ack cid 40ea8f1c/0 call 1 seq 0 ser 8 <slow-start-ok> service 1 security 0, reason delay, first 3, serial 2, window 128, acks 1.1
/// ```
public final class RxTrace {
    private static final String[] TYPES = {
        "data", "ack", "busy", "abort", "ackall", "challenge", "response", "debug", "params", "params", "params"
    };

    private static final String[] REASONS = {
        "requested", "duplicate", "out-of-sequence", "exceeds-window", "no-space", "ping", "ping-response", "delay", "idle"
    };

    private static final String[] FLAGS = {"client-init", "request-ack", "last-pckt", "more-pckts"};

    private RxTrace() {}

    /// Describes a datagram, whatever is in it.
    ///
    /// @param datagram its bytes from index 0 to the limit; neither changed nor kept
    /// @return one line without its end
    public static String describe(ByteBuffer datagram) {
        ByteBuffer packet = datagram.duplicate();
        if (packet.limit() < RxHeader.LENGTH) {
            return "rx [too short: " + packet.limit() + " bytes]";
        }
        int type = RxHeader.type(packet);
        StringBuilder line = new StringBuilder(160).append("rx ").append(typeName(type));
        int cid = RxHeader.cid(packet);
        line.append(" epoch ").append(Integer.toHexString(RxHeader.epoch(packet)));
        line.append(" cid ").append(Integer.toHexString(cid & ~RxHeader.CHANNEL_MASK)).append('/').append(cid & RxHeader.CHANNEL_MASK);
        line.append(" call ").append(Integer.toUnsignedString(RxHeader.callNumber(packet)));
        line.append(" seq ").append(Integer.toUnsignedString(RxHeader.seq(packet)));
        line.append(" ser ").append(Integer.toUnsignedString(RxHeader.serial(packet)));
        flags(line, type, RxHeader.flags(packet));
        line.append(" service ").append(RxHeader.serviceId(packet)).append(" security ").append(RxHeader.securityIndex(packet));
        body(line, type, packet);
        return line.toString();
    }

    private static String typeName(int type) {
        if (type == RxHeader.TYPE_VERSION) {
            return "version";
        }
        return type >= 1 && type <= TYPES.length ? TYPES[type - 1] : "type-" + type;
    }

    private static void flags(StringBuilder line, int type, int flags) {
        if (flags == 0) {
            return;
        }
        char before = '<';
        line.append(' ');
        for (int i = 0; i < 8; i++) {
            if ((flags & 1 << i) != 0) {
                String name = i < FLAGS.length ? FLAGS[i] : "flag-" + i;
                if (1 << i == RxHeader.FLAG_JUMBO_PACKET && type == RxHeader.TYPE_DATA) {
                    name = "jumbogram";
                } else if (1 << i == RxHeader.FLAG_SLOW_START_OK && type == RxHeader.TYPE_ACK) {
                    name = "slow-start-ok";
                }
                line.append(before).append(name);
                before = ',';
            }
        }
        line.append('>');
    }

    private static void body(StringBuilder line, int type, ByteBuffer packet) {
        switch (type) {
            case RxHeader.TYPE_DATA -> data(line, packet);
            case RxHeader.TYPE_ACK -> ack(line, packet);
            case RxHeader.TYPE_ABORT -> {
                if (RxAbortPacket.isWhole(packet)) {
                    line.append(", code ").append(RxAbortPacket.code(packet));
                } else {
                    cut(line);
                }
            }
            case RxHeader.TYPE_DEBUG -> {
                boolean question = (RxHeader.flags(packet) & RxHeader.FLAG_CLIENT_INITIATED) != 0;
                if (question && RxDebugPacket.isWhole(packet)) {
                    line.append(", type ").append(RxDebugPacket.type(packet)).append(" index ").append(RxDebugPacket.index(packet));
                } else {
                    length(line, packet);
                }
            }
            default -> {
                if (packet.limit() > RxHeader.LENGTH) {
                    length(line, packet);
                }
            }
        }
    }

    private static void data(StringBuilder line, ByteBuffer packet) {
        RxDataPacket data = new RxDataPacket();
        data.begin(packet);
        int packets = 1;
        int bytes = 0;
        while (data.isWhole()) {
            bytes += data.to() - data.from();
            if (!data.isFollowed()) {
                line.append(", ").append(bytes).append(" bytes");
                if (packets > 1) {
                    line.append(" in ").append(packets).append(" packets");
                }
                return;
            }
            data.next();
            packets++;
        }
        cut(line);
    }

    private static void ack(StringBuilder line, ByteBuffer packet) {
        RxAckPacket ack = new RxAckPacket();
        if (!ack.decode(packet)) {
            cut(line);
            return;
        }
        int reason = ack.reason();
        line.append(", reason ").append(reason <= REASONS.length ? REASONS[reason - 1] : "" + reason);
        line.append(", first ").append(Integer.toUnsignedString(ack.firstPacket()));
        line.append(", serial ").append(Integer.toUnsignedString(ack.ackedSerial()));
        if (ack.receiveWindow() != 0) {
            line.append(", window ").append(Integer.toUnsignedString(ack.receiveWindow()));
        }
        if (ack.ackCount() > 0) {
            line.append(", acks ");
            for (int i = 0; i < ack.ackCount(); i++) {
                line.append(ack.isReceived(i) ? '1' : '.');
            }
        }
    }

    private static void length(StringBuilder line, ByteBuffer packet) {
        line.append(", ").append(packet.limit() - RxHeader.LENGTH).append(" bytes");
    }

    private static void cut(StringBuilder line) {
        line.append(" [malformed]");
    }
}
