package org.afs4j.rx.engine;

import java.net.InetSocketAddress;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClosedException;
import org.afs4j.rx.RxConnection;

/// What a user has of a path. It outlives the path, which is collected when nobody has made a call on it for long, and is made
/// again by the next call.
///
/// Threads: any.
final class PathHandle implements RxConnection {
    private final Endpoint endpoint;
    private final Endpoint.PathKey key;
    private volatile ClientPath path;

    PathHandle(Endpoint endpoint, Endpoint.PathKey key) {
        this.endpoint = endpoint;
        this.key = key;
        this.path = endpoint.path(key);
    }

    @Override
    public RxClientCall newCall() throws RxClosedException, InterruptedException {
        while (true) {
            ClientCall call = path.newCall();
            if (call != null) {
                return call;
            }
            path = endpoint.path(key);
        }
    }

    @Override
    public InetSocketAddress peer() {
        return key.peer();
    }

    @Override
    public int serviceId() {
        return key.serviceId();
    }
}
