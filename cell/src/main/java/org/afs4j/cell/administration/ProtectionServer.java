package org.afs4j.cell.administration;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.pt.ProtectionEntry;
import org.afs4j.protocol.pt.ProtectionOpcode;
import org.afs4j.protocol.pt.ProtectionReply;
import org.afs4j.protocol.pt.ProtectionRequest;
import org.afs4j.protocol.pt.ProtectionService;
import org.afs4j.rx.RxAbortException;

/// The protection server: users, groups and who is in what. Everybody may ask; who is taken for an administrator may change everything,
/// any other known user what he owns.
///
/// Source: OpenAFS `src/ptserver/ptprocs.c`. Threads: any number at once.
public final class ProtectionServer implements ProtectionService {
    private static final int STATUS_FOR_ANYBODY = 0x80;
    private static final int MEMBERS_FOR_ANYBODY = 0x10;
    private static final int ENTRIES_PER_PAGE = 1000;

    private final Principals principals;
    private final Surroundings surroundings;

    /// What is around the procedures: whoever counts them, or makes them fail.
    public interface Surroundings {
        /// Carries out a procedure.
        ///
        /// @param procedure its name
        /// @param work what it does
        /// @param <R> the type of its reply
        /// @throws IOException as the work, or instead of it
        <R> R around(String procedure, Work<R> work) throws IOException;
    }

    /// What a procedure does.
    ///
    /// @param <R> the type of its reply
    @FunctionalInterface
    public interface Work<R> {
        /// Does it.
        ///
        /// @throws IOException if it is refused
        R run() throws IOException;
    }

    /// Makes the server.
    ///
    /// @param principals whom it tells of
    /// @param surroundings what is around its procedures
    public ProtectionServer(Principals principals, Surroundings surroundings) {
        this.principals = principals;
        this.surroundings = surroundings;
    }

    private <R> R serve(String procedure, Work<R> work) throws IOException {
        return surroundings.around(procedure, work);
    }

    private Caller caller(CallContext context) {
        return principals.caller(context.peer().getAddress());
    }

    private static ProtectionReply.IdList complete(List<Integer> ids) {
        return new ProtectionReply.IdList(ids, 0);
    }

    private static ProtectionEntry entry(Principals.Principal principal) {
        int flags = principal.isGroup() ? STATUS_FOR_ANYBODY | MEMBERS_FOR_ANYBODY : STATUS_FOR_ANYBODY;
        return new ProtectionEntry(
                flags, principal.id(), principal.owner(), principal.creator(), principal.groupQuota(), 0, principal.count(), principal.name());
    }

    @Override
    public void newEntryWithId(CallContext context, ProtectionRequest.NewEntry request) throws IOException {
        int made = serve("INewEntry", () -> {
            boolean group = request.flagOrId() < 0;
            return principals.create(request.name(), group, request.flagOrId(), request.owner(), caller(context));
        });
        assert made == request.flagOrId();
    }

    @Override
    public ProtectionReply.Word newEntry(CallContext context, ProtectionRequest.NewEntry request) throws IOException {
        return serve("NewEntry", () -> {
            boolean group = (request.flagOrId() & ProtectionOpcode.FLAG_GROUP) != 0;
            return new ProtectionReply.Word(principals.create(request.name(), group, null, request.owner(), caller(context)));
        });
    }

    @Override
    public void addToGroup(CallContext context, ProtectionRequest.OfPair request) throws IOException {
        setMember("AddToGroup", context, request, true);
    }

    @Override
    public void removeFromGroup(CallContext context, ProtectionRequest.OfPair request) throws IOException {
        setMember("RemoveFromGroup", context, request, false);
    }

    private void setMember(String procedure, CallContext context, ProtectionRequest.OfPair request, boolean member)
            throws IOException {
        Object done = serve(procedure, () -> {
            principals.setMember(request.id(), request.second(), member, caller(context));
            return request;
        });
        assert done.equals(request);
    }

    @Override
    public void delete(CallContext context, ProtectionRequest.OfId request) throws IOException {
        Object done = serve("Delete", () -> {
            principals.delete(request.id(), caller(context));
            return request;
        });
        assert done.equals(request);
    }

    @Override
    public ProtectionReply.Ids nameToId(CallContext context, ProtectionRequest.Names request) throws IOException {
        return serve(
                "NameToID",
                () -> new ProtectionReply.Ids(
                        request.names().stream().map(principals::idOf).toList()));
    }

    @Override
    public ProtectionReply.Names idToName(CallContext context, ProtectionRequest.Ids request) throws IOException {
        return serve(
                "IDToName",
                () -> new ProtectionReply.Names(
                        request.ids().stream().map(principals::nameOf).toList()));
    }

    @Override
    public ProtectionReply.IdList getCps(CallContext context, ProtectionRequest.OfId request) throws IOException {
        return serve("GetCPS", () -> complete(principals.cps(request.id())));
    }

    @Override
    public ProtectionReply.IdList getCps2(CallContext context, ProtectionRequest.OfPair request) throws IOException {
        return serve("GetCPS2", () -> complete(principals.cps(request.id())));
    }

    @Override
    public ProtectionReply.IdList getHostCps(CallContext context, ProtectionRequest.OfId request) throws IOException {
        return serve("GetHostCPS", () -> complete(List.of()));
    }

    @Override
    public ProtectionReply.Maximum listMax(CallContext context) throws IOException {
        return serve("ListMax", () -> new ProtectionReply.Maximum(principals.greatestUser(), principals.leastGroup()));
    }

    @Override
    public ProtectionEntry listEntry(CallContext context, ProtectionRequest.OfId request) throws IOException {
        return serve("ListEntry", () -> entry(principals.principal(request.id())));
    }

    @Override
    public ProtectionReply.IdList listElements(CallContext context, ProtectionRequest.OfId request) throws IOException {
        return serve("ListElements", () -> complete(principals.elements(request.id())));
    }

    @Override
    public ProtectionReply.Word isAMemberOf(CallContext context, ProtectionRequest.OfPair request) throws IOException {
        return serve("IsAMemberOf", () -> {
            Principals.Principal group = principals.principal(request.second());
            return new ProtectionReply.Word(principals.cps(request.id()).contains(group.id()) ? 1 : 0);
        });
    }

    @Override
    public ProtectionReply.IdList listOwned(CallContext context, ProtectionRequest.OfPair request) throws IOException {
        return serve("ListOwned", () -> complete(principals.ownedBy(request.id())));
    }

    @Override
    public ProtectionReply.Page listEntries(CallContext context, ProtectionRequest.ListPage request) throws IOException {
        return serve("ListEntries", () -> page(request));
    }

    private ProtectionReply.Page page(ProtectionRequest.ListPage request) throws RxAbortException {
        List<ProtectionEntry> wanted = principals.all().stream()
                .filter(each ->
                        (request.flags() & (each.isGroup() ? ProtectionOpcode.LIST_GROUPS : ProtectionOpcode.LIST_USERS)) != 0)
                .map(ProtectionServer::entry)
                .toList();
        int from = Math.clamp(request.startIndex(), 0, wanted.size());
        int to = Math.min(wanted.size(), from + ENTRIES_PER_PAGE);
        return new ProtectionReply.Page(wanted.subList(from, to), to < wanted.size() ? to : ProtectionReply.Page.LAST);
    }
}
