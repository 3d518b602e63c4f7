package org.afs4j.rx.flow;

import org.afs4j.rx.packet.RxAckPacket;

/// Whether the peer still knows a call. A server that was started anew takes up a call that it finds under way as a new one, and waits
/// for packets that the server before it has acknowledged and that are gone here; and it answers pings.
///
/// An acknowledgement says which packet of ours provoked it. If that was sent after the latest acknowledgement was taken, what it says
/// is newer than that: if it goes back nevertheless, it is of somebody who knows nothing of what was said before.
///
/// Locks: the connection's.
public final class PeerMemory {
    private boolean any;
    private int sentSerial;

    /// Makes one for a call.
    public PeerMemory() {}

    /// An acknowledgement has been taken, when so much had been sent.
    ///
    /// @param lastSentSerial the serial of the latest packet that we have sent
    public void taken(int lastSentSerial) {
        any = true;
        sentSerial = lastSentSerial;
    }

    /// Whether an acknowledgement that goes back shows that the peer has lost the call.
    ///
    /// @param lastSentSerial as above
    /// @param hasReplied whether data of the peer has come: that counts for more than acknowledgements
    public boolean isLost(RxAckPacket ack, int lastSentSerial, boolean hasReplied) {
        return any
                && !hasReplied
                && ack.ackedSerial() != 0
                && ack.ackedSerial() - sentSerial > 0
                && ack.ackedSerial() - lastSentSerial <= 0;
    }
}
