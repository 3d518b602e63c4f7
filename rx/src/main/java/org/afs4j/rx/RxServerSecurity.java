package org.afs4j.rx;

import java.nio.ByteBuffer;

/// The server's side of a security class: whom it lets in, and what it does to packets. [#none()] is rxnull.
public interface RxServerSecurity {
    /// The security index that packets carry: 0 none, 2 rxkad.
    int index();

    /// Begins the class's part of a connection that a client has just made.
    ///
    /// @param epoch the connection's epoch
    /// @param cid the connection's id, its two low bits 0
    default Session newSession(int epoch, int cid) {
        return NullSecurity.SERVER_SESSION;
    }

    /// No security: everybody is let in.
    static RxServerSecurity none() {
        return NullSecurity.SERVER;
    }

    /// The server's side of one connection.
    interface Session extends RxPacketSecurity {
        /// Whether the client has proven who it is; until then its calls wait and it is challenged.
        default boolean isAuthenticated() {
            return true;
        }

        /// The body of a challenge, at most 64 bytes; the same until it is answered.
        default byte[] challenge() {
            return new byte[0];
        }

        /// Takes the client's response; when it is genuine, [#isAuthenticated()] is true from then on.
        ///
        /// @param response the response's body; valid during the call only
        /// @return 0 if it is genuine, else the code with which the connection is aborted
        default int accept(ByteBuffer response) {
            return 0;
        }
    }
}
