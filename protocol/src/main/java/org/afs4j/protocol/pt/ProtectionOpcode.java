package org.afs4j.protocol.pt;

/// The numbers of the protection service.
///
/// Source: OpenAFS src/ptserver/ptint.xg.
public final class ProtectionOpcode {
    /// INewEntry: an entry with an id of the caller's choice.
    public static final int NEW_ENTRY_WITH_ID = 500;

    /// AddToGroup.
    public static final int ADD_TO_GROUP = 503;

    /// NameToID.
    public static final int NAME_TO_ID = 504;

    /// IDToName.
    public static final int ID_TO_NAME = 505;

    /// Delete.
    public static final int DELETE = 506;

    /// RemoveFromGroup.
    public static final int REMOVE_FROM_GROUP = 507;

    /// GetCPS.
    public static final int GET_CPS = 508;

    /// NewEntry.
    public static final int NEW_ENTRY = 509;

    /// ListMax.
    public static final int LIST_MAX = 510;

    /// ListEntry.
    public static final int LIST_ENTRY = 512;

    /// ListElements.
    public static final int LIST_ELEMENTS = 514;

    /// IsAMemberOf.
    public static final int IS_A_MEMBER_OF = 515;

    /// ListOwned.
    public static final int LIST_OWNED = 517;

    /// GetCPS2.
    public static final int GET_CPS_2 = 518;

    /// GetHostCPS.
    public static final int GET_HOST_CPS = 519;

    /// ListEntries.
    public static final int LIST_ENTRIES = 521;

    /// The bit of a new entry's flag that says that it is a group.
    public static final int FLAG_GROUP = 2;

    /// The bit of ListEntries's flag that asks for users.
    public static final int LIST_USERS = 1;

    /// The bit of ListEntries's flag that asks for groups.
    public static final int LIST_GROUPS = 2;

    private ProtectionOpcode() {}
}
