package org.afs4j.protocol.cb;

/// The numbers of the callback service's procedures.
///
/// Source: OpenAFS src/fsint/afscbint.xg.
public final class CallbackOpcode {
    /// CallBack.
    public static final int CALL_BACK = 204;

    /// InitCallBackState.
    public static final int INIT_CALL_BACK_STATE = 205;

    /// Probe.
    public static final int PROBE = 206;

    /// GetLock.
    public static final int GET_LOCK = 207;

    /// GetCE.
    public static final int GET_CACHE_ENTRY = 208;

    /// XStatsVersion.
    public static final int X_STATS_VERSION = 209;

    /// GetXStats.
    public static final int GET_X_STATS = 210;

    /// InitCallBackState2.
    public static final int INIT_CALL_BACK_STATE_2 = 211;

    /// WhoAreYou.
    public static final int WHO_ARE_YOU = 212;

    /// InitCallBackState3.
    public static final int INIT_CALL_BACK_STATE_3 = 213;

    /// ProbeUuid.
    public static final int PROBE_UUID = 214;

    /// GetServerPrefs.
    public static final int GET_SERVER_PREFERENCES = 215;

    /// GetCellServDB.
    public static final int GET_CELL_SERVERS = 216;

    /// GetLocalCell.
    public static final int GET_LOCAL_CELL = 217;

    /// GetCacheConfig.
    public static final int GET_CACHE_CONFIG = 218;

    /// GetCE64.
    public static final int GET_CACHE_ENTRY_64 = 65536;

    /// GetCellByNum.
    public static final int GET_CELL_BY_NUMBER = 65537;

    /// TellMeAboutYourself.
    public static final int TELL_ME_ABOUT_YOURSELF = 65538;

    private CallbackOpcode() {}
}
