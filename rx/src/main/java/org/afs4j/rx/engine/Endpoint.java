package org.afs4j.rx.engine;

import org.afs4j.base.world.World;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;

/// The one implementation of [RxEndpoint].
public abstract class Endpoint implements RxEndpoint {
    private Endpoint() {}

    /// Opens an endpoint; see [RxEndpoint#open].
    @SuppressWarnings("DoNotCallSuggester") // for the time until the engine is delivered
    public static RxEndpoint open(World world, DatagramPort port, RxOptions options) {
        throw new UnsupportedOperationException("the engine comes with the next delivery: " + world + port + options);
    }
}
