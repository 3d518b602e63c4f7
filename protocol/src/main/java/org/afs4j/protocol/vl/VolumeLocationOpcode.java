package org.afs4j.protocol.vl;

/// The numbers of the volume location service.
///
/// Source: OpenAFS src/vlserver/vl_opcodes.h, src/vlserver/vldbint.xg.
public final class VolumeLocationOpcode {
    /// GetEntryByID.
    public static final int GET_ENTRY_BY_ID = 503;

    /// GetEntryByNameO.
    public static final int GET_ENTRY_BY_NAME = 504;

    /// ProbeServer.
    public static final int PROBE = 514;

    /// GetAddrs.
    public static final int GET_ADDRESSES = 515;

    /// GetEntryByIDN.
    public static final int GET_ENTRY_BY_ID_N = 518;

    /// GetEntryByNameN.
    public static final int GET_ENTRY_BY_NAME_N = 519;

    /// ListAttributesN.
    public static final int LIST_ATTRIBUTES_N = 522;

    /// GetEntryByIDU.
    public static final int GET_ENTRY_BY_ID_U = 526;

    /// GetEntryByNameU.
    public static final int GET_ENTRY_BY_NAME_U = 527;

    /// GetAddrsU.
    public static final int GET_ADDRESSES_U = 533;

    /// ListAttributesN2.
    public static final int LIST_ATTRIBUTES_N2 = 534;

    /// GetCapabilities.
    public static final int GET_CAPABILITIES = 65537;

    /// VLADDR_IPADDR: GetAddrsU goes by address.
    public static final int BY_ADDRESS = 1;

    /// VLADDR_INDEX: GetAddrsU goes by index.
    public static final int BY_INDEX = 2;

    /// VLADDR_UUID: GetAddrsU goes by UUID.
    public static final int BY_UUID = 4;

    private VolumeLocationOpcode() {}
}
