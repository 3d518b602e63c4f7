package org.afs4j.protocol;

import java.io.IOException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// AFSCallBack: a callback promise, as granted with a reply or named in a break.
///
/// Source: OpenAFS src/fsint/common.xg.
///
/// @param version 1 for a promise; 0 where none is granted
/// @param expirationSeconds granted: from the server's reply on, unsigned; 0 in a break
/// @param type what it is
public record CallBackPromise(int version, int expirationSeconds, Type type) implements XdrValue {
    /// Bytes on the wire: 3 words.
    public static final int WIRE_BYTES = 12;

    /// The version that there is.
    public static final int VERSION = 1;

    /// No promise.
    public static final CallBackPromise NONE = new CallBackPromise(0, 0, Type.NONE);

    /// What a break carries for each fid.
    public static final CallBackPromise BROKEN = new CallBackPromise(VERSION, 0, Type.DROPPED);

    /// What a promise is.
    public enum Type {
        /// None is granted; also read for any number that the protocol does not know.
        NONE(0),
        /// For one client alone; not granted by servers today.
        EXCLUSIVE(1),
        /// Granted to any number of clients.
        SHARED(2),
        /// Broken.
        DROPPED(3);

        private static final Type[] VALUES = values();

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    /// A promise granted.
    ///
    /// @param seconds from the reply on, unsigned
    public static CallBackPromise granted(int seconds) {
        return new CallBackPromise(VERSION, seconds, Type.SHARED);
    }

    /// Whether this grants a promise.
    public boolean isGranted() {
        return (type == Type.SHARED || type == Type.EXCLUSIVE) && expirationSeconds != 0;
    }

    /// Reads a promise.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static CallBackPromise decode(XdrReader in) throws IOException {
        in.prefetch(WIRE_BYTES);
        int version = in.int32();
        int expirationSeconds = in.int32();
        int type = in.int32();
        return new CallBackPromise(
                version, expirationSeconds, type < 0 || type >= Type.VALUES.length ? Type.NONE : Type.VALUES[type]);
    }

    @Override
    public void encode(XdrWriter out) {
        out.int32(version);
        out.int32(expirationSeconds);
        out.int32(type.number);
    }
}
