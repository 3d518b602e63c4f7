package org.afs4j.protocol.fs;

/// The numbers of the file server's procedures.
///
/// Source: OpenAFS src/fsint/afsint.xg.
public final class FileServerOpcode {
    /// FetchData, with places and lengths of 32 bits.
    public static final int FETCH_DATA = 130;

    /// FetchACL.
    public static final int FETCH_ACL = 131;

    /// FetchStatus.
    public static final int FETCH_STATUS = 132;

    /// StoreData, with places and lengths of 32 bits.
    public static final int STORE_DATA = 133;

    /// StoreACL as servers before OpenAFS 1.8.14 know it; later ones may refuse it.
    public static final int OLD_STORE_ACL = 134;

    /// StoreStatus.
    public static final int STORE_STATUS = 135;

    /// RemoveFile.
    public static final int REMOVE_FILE = 136;

    /// CreateFile.
    public static final int CREATE_FILE = 137;

    /// Rename.
    public static final int RENAME = 138;

    /// Symlink.
    public static final int SYMLINK = 139;

    /// Link.
    public static final int LINK = 140;

    /// MakeDir.
    public static final int MAKE_DIR = 141;

    /// RemoveDir.
    public static final int REMOVE_DIR = 142;

    /// GetStatistics, with numbers of 32 bits.
    public static final int GET_STATISTICS = 146;

    /// GiveUpCallBacks.
    public static final int GIVE_UP_CALL_BACKS = 147;

    /// GetVolumeStatus.
    public static final int GET_VOLUME_STATUS = 149;

    /// SetVolumeStatus.
    public static final int SET_VOLUME_STATUS = 150;

    /// GetRootVolume, which today's servers refuse.
    public static final int GET_ROOT_VOLUME = 151;

    /// GetTime.
    public static final int GET_TIME = 153;

    /// BulkStatus.
    public static final int BULK_STATUS = 155;

    /// SetLock.
    public static final int SET_LOCK = 156;

    /// ExtendLock.
    public static final int EXTEND_LOCK = 157;

    /// ReleaseLock.
    public static final int RELEASE_LOCK = 158;

    /// XStatsVersion.
    public static final int EXTENDED_STATISTICS_VERSION = 159;

    /// GetXStats.
    public static final int GET_EXTENDED_STATISTICS = 160;

    /// Lookup.
    public static final int LOOKUP = 161;

    /// FlushCPS.
    public static final int FLUSH_CPS = 162;

    /// StoreACL, since OpenAFS 1.8.14.
    public static final int STORE_ACL = 164;

    /// InlineBulkStatus.
    public static final int INLINE_BULK_STATUS = 65536;

    /// FetchData64.
    public static final int FETCH_DATA_64 = 65537;

    /// StoreData64.
    public static final int STORE_DATA_64 = 65538;

    /// GiveUpAllCallBacks.
    public static final int GIVE_UP_ALL_CALL_BACKS = 65539;

    /// GetCapabilities.
    public static final int GET_CAPABILITIES = 65540;

    /// GetStatistics64.
    public static final int GET_STATISTICS_64 = 65542;

    private FileServerOpcode() {}
}
