package org.afs4j.rx;

import java.net.InetSocketAddress;

/// A peer's call that we serve: the request is read, the reply is written; it ends when the service returns.
public interface RxServerCall extends RxStream {
    /// Who calls.
    InetSocketAddress peer();

    /// The service that is called.
    int serviceId();
}
