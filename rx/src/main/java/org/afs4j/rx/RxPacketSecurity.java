package org.afs4j.rx;

import java.nio.ByteBuffer;

/// What a security class does to the packets of one connection, on either side of it. The defaults are rxnull's: nothing.
///
/// Threads: one at a time, under the connection's mutex; implementations never block.
public interface RxPacketSecurity {
    /// Bytes that the class puts before the payload of every data packet; 0 to 64.
    default int headerBytes() {
        return 0;
    }

    /// Bytes that the class may put after the payload of a data packet, padding included; 0 to 64.
    default int trailerBytes() {
        return 0;
    }

    /// Signs or encrypts a data packet in place, just before it leaves for the first time.
    ///
    /// @param packet whose packet it is
    /// @param body from position: room for the class's header, the payload up to the limit; the capacity leaves room for the
    ///     trailer. The limit is moved to the end of what is to be sent.
    /// @return the checksum for the Rx header, 0 to 65535
    default int seal(PacketIdentity packet, ByteBuffer body) {
        return 0;
    }

    /// Verifies or decrypts a received data packet in place.
    ///
    /// @param packet whose packet it is
    /// @param checksum the checksum of its Rx header, 0 to 65535
    /// @param body the packet's body; position and limit are moved to the bounds of the payload
    /// @return false if the packet is not genuine: it is dropped and counted
    default boolean open(PacketIdentity packet, int checksum, ByteBuffer body) {
        return true;
    }

    /// Which packet is signed or verified: the fields of the Rx header that a checksum covers.
    ///
    /// @param epoch the connection's epoch
    /// @param cid the connection's id with the channel in its two low bits
    /// @param callNumber the call on that channel
    /// @param seq the packet within the call, from 1
    record PacketIdentity(int epoch, int cid, int callNumber, int seq) {}
}
