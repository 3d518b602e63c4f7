package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.rx.RxStream;

/// Takes the data of a FetchData64 while they arrive.
@FunctionalInterface
public interface DataSink {
    /// Takes the data.
    ///
    /// @param source holds just the data; to be read to its end, and not used after this returns
    /// @param lengthBytes how much it holds: not more than was asked for, less where the file ends
    /// @throws IOException ends the call, and reaches the caller as it is
    void data(RxStream source, long lengthBytes) throws IOException;
}
