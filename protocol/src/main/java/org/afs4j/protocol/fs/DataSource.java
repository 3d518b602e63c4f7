package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.rx.RxStream;

/// Gives the data of a StoreData64 while they leave.
@FunctionalInterface
public interface DataSource {
    /// Gives the data.
    ///
    /// @param destination takes just the length that was announced; all of it is to be written, and it is not to be
    ///     used after this returns
    /// @throws IOException ends the call, and reaches the caller as it is
    void data(RxStream destination) throws IOException;
}
