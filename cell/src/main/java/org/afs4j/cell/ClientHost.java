package org.afs4j.cell;

import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import org.afs4j.cell.administration.Caller;
import org.afs4j.protocol.Fid;
import org.afs4j.rx.RxAbortException;

/// What the file server knows of a client: where its callback service is, and what it holds.
///
/// Locks: the promise table's.
final class ClientHost {
    /// How far the server and the client have got to know each other.
    enum State {
        /// Nothing is known, or the client missed a break: it must be told InitCallBackState before it is served.
        STRANGE,
        /// A call of the client is telling it now; others wait.
        GREETING,
        /// The client is served, and may hold promises.
        KNOWN
    }

    final InetSocketAddress address;
    State state = State.STRANGE;
    boolean knowsUniversalErrors;
    /// As whom its latest call is taken; of no lock.
    volatile Caller caller = Caller.ANONYMOUS;
    /// When that call came, on the world's clock; of no lock.
    volatile long calledNanos;
    final Set<Fid> promises = new LinkedHashSet<>();

    ClientHost(InetSocketAddress address) {
        this.address = address;
    }

    /// The code of a refusal as the client knows it.
    int code(RxAbortException refused) {
        return knowsUniversalErrors ? AbortCode.universal(refused.code()) : refused.code();
    }
}
