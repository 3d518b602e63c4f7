package org.afs4j.rx.swarm;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxPacketSecurity;
import org.afs4j.rx.RxServerSecurity;

/// A security class that only sums: each packet's payload with its identity, so that a corrupted one does not open. Index 5.
final class SummedSecurity {
    static final int INDEX = 5;
    static final RxClientSecurity CLIENT = new Client();
    static final RxServerSecurity SERVER = new Server();
    private static final int HEADER_BYTES = 8;

    private SummedSecurity() {}

    private static int sum(RxPacketSecurity.PacketIdentity packet, ByteBuffer body) {
        CRC32 crc = new CRC32();
        ByteBuffer identity = ByteBuffer.allocate(16);
        identity.putInt(packet.epoch()).putInt(packet.cid()).putInt(packet.callNumber()).putInt(packet.seq()).flip();
        crc.update(identity);
        crc.update(body.slice(4, body.limit() - 4));
        return (int) crc.getValue();
    }

    private interface Summing extends RxPacketSecurity {
        @Override
        default int headerBytes() {
            return HEADER_BYTES;
        }

        @Override
        default int seal(PacketIdentity packet, ByteBuffer body) {
            body.putInt(4, body.limit());
            body.putInt(0, sum(packet, body));
            return 1;
        }

        @Override
        default boolean open(PacketIdentity packet, int checksum, ByteBuffer body) {
            if (body.limit() < HEADER_BYTES || body.getInt(0) != sum(packet, body) || body.getInt(4) != body.limit()) {
                return false;
            }
            body.position(HEADER_BYTES);
            return true;
        }
    }

    private record ClientSession() implements RxClientSecurity.Session, Summing {}

    private record ServerSession() implements RxServerSecurity.Session, Summing {}

    private record Client() implements RxClientSecurity {
        @Override
        public int index() {
            return INDEX;
        }

        @Override
        public RxClientSecurity.Session newSession(int epoch, int cid) {
            return new ClientSession();
        }
    }

    private record Server() implements RxServerSecurity {
        @Override
        public int index() {
            return INDEX;
        }

        @Override
        public RxServerSecurity.Session newSession(int epoch, int cid) {
            return new ServerSession();
        }
    }
}
