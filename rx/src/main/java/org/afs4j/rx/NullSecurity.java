package org.afs4j.rx;

/// rxnull, both sides.
final class NullSecurity {
    static final RxClientSecurity.Session CLIENT_SESSION = new RxClientSecurity.Session() {};
    static final RxServerSecurity.Session SERVER_SESSION = new RxServerSecurity.Session() {};
    static final RxClientSecurity CLIENT = () -> 0;
    static final RxServerSecurity SERVER = () -> 0;

    private NullSecurity() {}
}
