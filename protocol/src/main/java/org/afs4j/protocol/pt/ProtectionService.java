package org.afs4j.protocol.pt;

import java.io.IOException;
import org.afs4j.protocol.CallContext;
import org.afs4j.rx.RxAbortException;

/// What a protection server does: a method a procedure.
///
/// Each method throws [RxAbortException] to refuse the call with its code; any other exception ends the call as
/// [org.afs4j.rx.RxService] says.
///
/// Threads: any number at once. Source: OpenAFS src/ptserver/ptint.xg.
public interface ProtectionService {
    /// Makes a user or group with an id of the caller's choice.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void newEntryWithId(CallContext context, ProtectionRequest.NewEntry request) throws IOException;

    /// Makes a user a member of a group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void addToGroup(CallContext context, ProtectionRequest.OfPair request) throws IOException;

    /// Tells the ids of names.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.Ids nameToId(CallContext context, ProtectionRequest.Names request) throws IOException;

    /// Tells the names of ids.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.Names idToName(CallContext context, ProtectionRequest.Ids request) throws IOException;

    /// Deletes a user or group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void delete(CallContext context, ProtectionRequest.OfId request) throws IOException;

    /// Ends a user's membership of a group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    void removeFromGroup(CallContext context, ProtectionRequest.OfPair request) throws IOException;

    /// Tells whose rights a user has: his own, and those of the groups that he is in.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.IdList getCps(CallContext context, ProtectionRequest.OfId request) throws IOException;

    /// Makes a user or group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.Word newEntry(CallContext context, ProtectionRequest.NewEntry request) throws IOException;

    /// Tells the outermost ids.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    ProtectionReply.Maximum listMax(CallContext context) throws IOException;

    /// Tells of a user or group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionEntry listEntry(CallContext context, ProtectionRequest.OfId request) throws IOException;

    /// Tells the groups of a user, or the members of a group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.IdList listElements(CallContext context, ProtectionRequest.OfId request) throws IOException;

    /// Tells whether a user is a member of a group.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.Word isAMemberOf(CallContext context, ProtectionRequest.OfPair request) throws IOException;

    /// Tells the groups that somebody owns.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.IdList listOwned(CallContext context, ProtectionRequest.OfPair request) throws IOException;

    /// Tells whose rights a user has, at a host.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.IdList getCps2(CallContext context, ProtectionRequest.OfPair request) throws IOException;

    /// Tells whose rights everybody has at a host.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.IdList getHostCps(CallContext context, ProtectionRequest.OfId request) throws IOException;

    /// Lists users and groups, page by page.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    ProtectionReply.Page listEntries(CallContext context, ProtectionRequest.ListPage request) throws IOException;
}
