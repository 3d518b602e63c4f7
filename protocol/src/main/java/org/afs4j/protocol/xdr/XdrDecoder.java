package org.afs4j.protocol.xdr;

import java.io.IOException;

/// Reads one value from its XDR form.
///
/// @param <T> the value's type
@FunctionalInterface
public interface XdrDecoder<T> {
    /// Reads the value, and not a byte beyond it.
    ///
    /// @param in where from
    /// @throws XdrException if the form is malformed
    /// @throws IOException as [XdrReader]
    T decode(XdrReader in) throws IOException;
}
