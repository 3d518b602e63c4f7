package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.rx.RxStream;

/// Where a file server writes the data of a FetchData64, before it returns the status that follows them.
@FunctionalInterface
public interface FetchDataOutput {
    /// Announces the data. To be called once, and all of the length then to be written.
    ///
    /// @param lengthBytes how much, 0 to what was asked for
    /// @return takes just this length
    /// @throws IOException as [RxStream#write]
    RxStream begin(long lengthBytes) throws IOException;
}
