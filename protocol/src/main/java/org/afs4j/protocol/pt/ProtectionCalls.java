package org.afs4j.protocol.pt;

import java.io.IOException;
import org.afs4j.protocol.call.ClientProcedure;
import org.afs4j.rx.RxConnection;

/// The protection server's procedures, called over one connection.
///
/// Each method throws [org.afs4j.rx.RxAbortException] if the server refuses (PRNOENT if there is no such user or group),
/// another [org.afs4j.rx.RxException] if no reply came, [org.afs4j.protocol.xdr.XdrException] if the reply is
/// malformed, [java.io.InterruptedIOException] if interrupted, and [IllegalArgumentException] if a name is too long.
///
/// Source: OpenAFS src/ptserver/ptint.xg. Threads: any. Blocks: until the reply is there, a free channel included.
public final class ProtectionCalls {
    /// The Rx service that protection servers offer.
    public static final int SERVICE_ID = 73;

    private final RxConnection connection;

    /// Makes the stub.
    ///
    /// @param connection the way to the server; it stays the caller's
    public ProtectionCalls(RxConnection connection) {
        this.connection = connection;
    }

    /// Makes a user or group with an id of the caller's choice.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public void newEntryWithId(ProtectionRequest.NewEntry request) throws IOException {
        ClientProcedure.call(connection, ProtectionOpcode.NEW_ENTRY_WITH_ID, request);
    }

    /// Makes a user a member of a group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public void addToGroup(ProtectionRequest.OfPair request) throws IOException {
        ClientProcedure.call(connection, ProtectionOpcode.ADD_TO_GROUP, request);
    }

    /// Tells the ids of names.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.Ids nameToId(ProtectionRequest.Names request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.NAME_TO_ID, request, ProtectionReply.Ids::decode);
    }

    /// Tells the names of ids.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.Names idToName(ProtectionRequest.Ids request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.ID_TO_NAME, request, ProtectionReply.Names::decode);
    }

    /// Deletes a user or group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public void delete(ProtectionRequest.OfId request) throws IOException {
        ClientProcedure.call(connection, ProtectionOpcode.DELETE, request);
    }

    /// Ends a user's membership of a group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public void removeFromGroup(ProtectionRequest.OfPair request) throws IOException {
        ClientProcedure.call(connection, ProtectionOpcode.REMOVE_FROM_GROUP, request);
    }

    /// Tells whose rights a user has: his own, and those of the groups that he is in.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.IdList getCps(ProtectionRequest.OfId request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.GET_CPS, request, ProtectionReply.IdList::decode);
    }

    /// Makes a user or group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.Word newEntry(ProtectionRequest.NewEntry request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.NEW_ENTRY, request, ProtectionReply.Word::decode);
    }

    /// Tells the outermost ids.
    ///
    /// @throws IOException as said above
    public ProtectionReply.Maximum listMax() throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.LIST_MAX, ClientProcedure.NOTHING, ProtectionReply.Maximum::decode);
    }

    /// Tells of a user or group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionEntry listEntry(ProtectionRequest.OfId request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.LIST_ENTRY, request, ProtectionEntry::decode);
    }

    /// Tells the groups of a user, or the members of a group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.IdList listElements(ProtectionRequest.OfId request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.LIST_ELEMENTS, request, ProtectionReply.IdList::decode);
    }

    /// Tells whether a user is a member of a group.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.Word isAMemberOf(ProtectionRequest.OfPair request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.IS_A_MEMBER_OF, request, ProtectionReply.Word::decode);
    }

    /// Tells the groups that somebody owns.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.IdList listOwned(ProtectionRequest.OfPair request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.LIST_OWNED, request, ProtectionReply.IdList::decode);
    }

    /// Tells whose rights a user has, at a host.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.IdList getCps2(ProtectionRequest.OfPair request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.GET_CPS_2, request, ProtectionReply.IdList::decode);
    }

    /// Tells whose rights everybody has at a host.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.IdList getHostCps(ProtectionRequest.OfId request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.GET_HOST_CPS, request, ProtectionReply.IdList::decode);
    }

    /// Lists users and groups, page by page.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public ProtectionReply.Page listEntries(ProtectionRequest.ListPage request) throws IOException {
        return ClientProcedure.call(connection, ProtectionOpcode.LIST_ENTRIES, request, ProtectionReply.Page::decode);
    }
}
