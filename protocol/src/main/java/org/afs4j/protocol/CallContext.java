package org.afs4j.protocol;

import java.net.InetSocketAddress;

/// What a service knows of a call besides its request.
///
/// @param peer who calls: breaks go back to this address and port
public record CallContext(InetSocketAddress peer) {}
