package org.afs4j.rx;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The caller's side of a security class: what it does to packets and how it answers challenges. [#none()] is rxnull.
///
/// Two connections to one service are one if their securities are equal.
public interface RxClientSecurity {
    /// The security index that packets carry: 0 none, 2 rxkad.
    int index();

    /// Begins the class's part of a new connection.
    ///
    /// @param epoch the connection's epoch
    /// @param cid the connection's id, its two low bits 0
    default Session newSession(int epoch, int cid) {
        return NullSecurity.CLIENT_SESSION;
    }

    /// No security: packets are neither signed nor encrypted.
    static RxClientSecurity none() {
        return NullSecurity.CLIENT;
    }

    /// The caller's side of one connection.
    interface Session extends RxPacketSecurity {
        /// Answers a challenge of the server.
        ///
        /// @param challenge the challenge's body; valid during the call only
        /// @param callNumbers the current call numbers of the four channels
        /// @return the body of the response, at most 16,000 bytes; null if the challenge is malformed or asks for what the
        ///     class cannot give: it is counted and not answered
        default byte @Nullable [] answer(ByteBuffer challenge, int[] callNumbers) {
            return null;
        }
    }
}
