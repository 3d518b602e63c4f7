package org.afs4j.protocol.xdr;

/// A value that has a form in XDR.
@FunctionalInterface
public interface XdrValue {
    /// Appends the value's XDR form.
    ///
    /// @param out where to
    /// @throws IllegalArgumentException if a string or list of the value is beyond the protocol's bound
    void encode(XdrWriter out);
}
