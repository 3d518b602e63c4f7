package org.afs4j.mount.session;

import java.io.IOException;

/// What carries requests out.
///
/// Threads: any, many at once.
public interface RequestHandler {
    /// Carries a request out. It is answered when this returns, if it has not been answered.
    ///
    /// Blocks: as it must; others go on.
    ///
    /// @param exchange the request, and what its reply is put in
    /// @throws IOException whatever went wrong: the kernel is told the errno that says it best
    void handle(Exchange exchange) throws IOException;

    /// The errno for a failure.
    ///
    /// @param failure what [#handle] threw
    /// @return its number, positive
    int errno(Exception failure);
}
