package org.afs4j.protocol;

/// The bounds that the protocol sets. A decoder refuses what is beyond them before it allocates anything.
///
/// Source: OpenAFS src/fsint/common.xg, src/fsint/afscbint.xg, src/vlserver/vldbint.xg, src/ptserver/ptint.xg, src/volser/volint.xg.
public final class Limits {
    /// AFSNAMEMAX: bytes of a name in a directory, at most.
    public static final int NAME_BYTES = 256;

    /// AFSPATHMAX: bytes of a symlink's target, at most.
    public static final int PATH_BYTES = 1024;

    /// AFSOPAQUEMAX: bytes of an ACL, of a volume's off-line message or its message of the day, at most.
    public static final int OPAQUE_BYTES = 1024;

    /// AFSCBMAX: fids in a bulk request or in a break, at most.
    public static final int BULK_COUNT = 50;

    /// AFSCAPABILITIESMAX: words of a capabilities reply, at most.
    public static final int CAPABILITY_WORDS = 196;

    /// AFS_MAX_INTERFACE_ADDR: interfaces of a client; the arrays on the wire always have this length.
    public static final int INTERFACE_COUNT = 32;

    /// AFSCB_MAX_XSTAT_LONGS: words of a client's extended statistics, at most.
    public static final int XSTAT_WORDS = 2048;

    /// AFSMAXCELLHOSTS: database servers of a cell as a client tells them, at most.
    public static final int CELL_SERVER_COUNT = 8;

    /// Words of a client's cache configuration, at most. The protocol sets no bound; OpenAFS sends 10.
    public static final int CACHE_CONFIG_WORDS = 64;

    /// Bytes of the name in a client's lock report; the array on the wire always has this length.
    public static final int LOCK_NAME_BYTES = 16;

    /// VL_MAXNAMELEN: bytes of a volume's name with its closing NUL; the array on the wire always has this length.
    public static final int VOLUME_NAME_BYTES = 65;

    /// OMAXNSERVERS: sites of a volume in the old form; the arrays on the wire always have this length.
    public static final int OLD_SITE_COUNT = 8;

    /// NMAXNSERVERS: sites of a volume in the N and U forms; the arrays on the wire always have this length.
    public static final int SITE_COUNT = 13;

    /// Addresses in a reply of the location server, at most.
    public static final int ADDRESS_COUNT = 500;

    /// Entries in a page of a listing of the location server, at most. The protocol sets no bound; OpenAFS sends some 2000.
    public static final int LISTED_ENTRY_COUNT = 4096;

    /// PR_MAXNAMELEN: bytes of the name of a user or group with its closing NUL; arrays on the wire always have this length.
    public static final int PRINCIPAL_NAME_BYTES = 64;

    /// PR_MAXLIST: users and groups in a list, at most.
    public static final int PRINCIPAL_COUNT = 5000;

    /// VNAMESIZE: bytes of the name of a volume's instance with its closing NUL; the array on the wire always has this length.
    public static final int INSTANCE_NAME_BYTES = 32;

    /// Partitions of a server, at most.
    public static final int PARTITION_COUNT = 255;

    /// AFS_MAX_XSTAT_LONGS: words of a file server's extended statistics, at most.
    public static final int EXTENDED_STATISTICS_WORDS = 1024;

    /// FLUSHMAX: users, and hosts, of one FlushCPS, at most.
    public static final int FLUSH_COUNT = 10;

    /// Numbers in a file server's statistics, at most. The protocol sets no bound; OpenAFS sends 16.
    public static final int STATISTICS_COUNT = 64;

    private Limits() {}
}
