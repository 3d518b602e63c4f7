package org.afs4j.rx;

/// The caller's side of a security class: what it does to packets and how it answers challenges. [#none()] is rxnull.
public interface RxClientSecurity {
    /// The security index that packets carry: 0 none, 2 rxkad.
    int index();

    /// No security: packets are neither signed nor encrypted.
    static RxClientSecurity none() {
        return () -> 0;
    }
}
