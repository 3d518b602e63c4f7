package org.afs4j.cell.administration;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.protocol.AfsError;
import org.afs4j.rx.RxAbortException;
import org.jspecify.annotations.Nullable;

/// The users and groups of a cell, who is in what, and as whom the hosts of the network are taken.
///
/// Ids of users are positive, those of groups negative. What a refused change would have changed is as it was.
///
/// Source: OpenAFS `src/ptserver/ptprocs.c`, `ptutils.c`. Threads: any. Locks: a leaf lock.
public final class Principals {
    /// The group whose members may do what others may not.
    public static final String ADMINISTRATORS = "system:administrators";

    /// The group of everybody.
    public static final String ANY_USER = "system:anyuser";

    static final String ANONYMOUS = "anonymous";
    private static final int ADMINISTRATORS_ID = -204;
    private static final int BACKUP_ID = -205;
    private static final int VIEWERS_ID = -203;
    private static final int AUTHENTICATED_ID = -102;
    private static final int ANYBODY_ID = -101;
    private static final int FIRST_GROUP_ID = -206;
    private static final int USER_GROUP_QUOTA = 20;

    private final RankedMutex lock = new RankedMutex(LockRank.LEAF);
    private final NavigableMap<Integer, Entry> byId = new TreeMap<>();
    private final Map<String, Principal> byName = new TreeMap<>();
    private final Map<InetAddress, Integer> userOfHost = new ConcurrentHashMap<>();
    private volatile Runnable changed = () -> {};
    private int greatestUser;
    private int leastGroup = FIRST_GROUP_ID;

    /// A user or group. Locks: the table's.
    private static final class Entry {
        final Principal principal;
        /// Of a group its members, of a user his groups.
        final NavigableSet<Integer> elements = new TreeSet<>();

        Entry(Principal principal) {
            this.principal = principal;
        }
    }

    /// What there is to tell of a user or group.
    ///
    /// @param groupQuota how many groups a user may still make
    /// @param count how many members a group has, or how many groups a user is in
    record Principal(int id, String name, int owner, int creator, int groupQuota, int count) {
        boolean isGroup() {
            return id < 0;
        }

        private Principal withCount(int newCount) {
            return new Principal(id, name, owner, creator, groupQuota, newCount);
        }
    }

    /// Makes the users and groups that every cell has.
    public Principals() {
        put(ADMINISTRATORS_ID, ADMINISTRATORS, ADMINISTRATORS_ID, ADMINISTRATORS_ID, 0);
        put(BACKUP_ID, "system:backup", ADMINISTRATORS_ID, ADMINISTRATORS_ID, 0);
        put(VIEWERS_ID, "system:ptsviewers", ADMINISTRATORS_ID, ADMINISTRATORS_ID, 0);
        put(AUTHENTICATED_ID, "system:authuser", ADMINISTRATORS_ID, ADMINISTRATORS_ID, 0);
        put(ANYBODY_ID, ANY_USER, ADMINISTRATORS_ID, ADMINISTRATORS_ID, 0);
        put(Caller.ANONYMOUS_ID, ANONYMOUS, ADMINISTRATORS_ID, ADMINISTRATORS_ID, 0);
    }

    private void put(int id, String name, int owner, int creator, int quota) {
        Principal made = new Principal(id, name, owner, creator, quota, 0);
        byId.put(id, new Entry(made));
        byName.put(name, made);
        if (id > greatestUser && id != Caller.ANONYMOUS_ID) {
            greatestUser = id;
        }
        leastGroup = Math.min(leastGroup, id);
    }

    /// What a method does with the tables.
    private interface Work<R> {
        R run() throws RxAbortException;
    }

    private <R> R locked(Work<R> work) throws RxAbortException {
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /// Makes a user.
    ///
    /// @param name its name, without blanks, colons and at signs
    /// @return its id
    /// @throws IllegalArgumentException if the name is none, or in use
    public int addUser(String name) {
        return add(name, false);
    }

    /// Makes a group, owned by `system:administrators`.
    ///
    /// @param name its name, perhaps with a colon in it
    /// @return its id
    /// @throws IllegalArgumentException if the name is none, or in use
    public int addGroup(String name) {
        return add(name, true);
    }

    private int add(String name, boolean group) {
        try {
            return create(name, group, null, 0, null);
        } catch (RxAbortException e) {
            throw new IllegalArgumentException("no name for a new user or group: " + name, e);
        }
    }

    /// Makes a user a member of a group, if he is none yet.
    ///
    /// @param user the user
    /// @param group the group
    /// @throws IllegalArgumentException if there are no such two
    public void addToGroup(String user, String group) {
        try {
            if (elements(idOf(user)).contains(idOf(group))) {
                return;
            }
            setMember(idOf(user), idOf(group), true, new Caller(ADMINISTRATORS_ID, Set.of(ADMINISTRATORS)));
        } catch (RxAbortException e) {
            throw new IllegalArgumentException(user + " cannot become a member of " + group, e);
        }
    }

    /// Has somebody told after each change.
    ///
    /// @param listener called by whoever made the change, with no lock held
    public void onChange(Runnable listener) {
        changed = listener;
    }

    /// The users and groups that not every cell has, and their memberships, for [#restore]; a line each, without line breaks.
    public List<String> lines() {
        lock.lock();
        try {
            List<String> lines = new ArrayList<>();
            for (Entry entry : byId.values()) {
                Principal each = entry.principal;
                String members = each.isGroup()
                        ? entry.elements.stream().map(String::valueOf).collect(Collectors.joining(","))
                        : "";
                if (!isOfEveryCell(each.id()) || !members.isEmpty()) {
                    lines.add(String.join(
                            "\t", Integer.toString(each.id()), each.name(), Integer.toString(each.owner()), Integer.toString(each.creator()), members));
                }
            }
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /// Makes the users and groups that lines tell of.
    ///
    /// @param lines from [#lines()]
    /// @throws IllegalArgumentException if they are something else
    public void restore(List<String> lines) {
        lock.lock();
        try {
            for (String line : lines) {
                String[] parts = line.split("\t", -1);
                if (parts.length != 5) {
                    throw new IllegalArgumentException("not a user or group: " + line);
                }
                int id = Integer.parseInt(parts[0]);
                if (!byId.containsKey(id)) {
                    put(id, parts[1], Integer.parseInt(parts[2]), Integer.parseInt(parts[3]), id < 0 ? 0 : USER_GROUP_QUOTA);
                }
            }
            for (String line : lines) {
                String[] parts = line.split("\t", -1);
                for (String member : parts[4].isEmpty() ? new String[0] : parts[4].split(",", -1)) {
                    join(Integer.parseInt(member), Integer.parseInt(parts[0]));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void join(int user, int group) {
        Entry added = byId.get(user);
        Entry to = byId.get(group);
        if (added == null || to == null) {
            throw new IllegalArgumentException("no such member or group: " + user + " of " + group);
        }
        to.elements.add(user);
        added.elements.add(group);
    }

    private static boolean isOfEveryCell(int id) {
        return id == Caller.ANONYMOUS_ID || (id < 0 && id > FIRST_GROUP_ID);
    }

    /// Takes whoever calls from a host as a user from now on: the cell has no tokens, and believes addresses.
    ///
    /// @param host the address that the calls come from
    /// @param user the user
    /// @throws IllegalArgumentException if there is no such user
    public void identify(InetAddress host, String user) {
        lock.lock();
        try {
            Principal principal = byName.get(user);
            if (principal == null || principal.isGroup()) {
                throw new IllegalArgumentException("no user " + user);
            }
            userOfHost.put(host, principal.id());
        } finally {
            lock.unlock();
        }
    }

    /// Who calls from a host.
    ///
    /// @param host the address that a call comes from
    public Caller caller(InetAddress host) {
        Integer id = userOfHost.get(host);
        return id == null ? Caller.ANONYMOUS : callerOf(id);
    }

    private Caller callerOf(int id) {
        lock.lock();
        try {
            Set<String> names = cpsLocked(id).stream()
                    .map(this::nameLocked)
                    .collect(Collectors.toUnmodifiableSet());
            return new Caller(id, names);
        } finally {
            lock.unlock();
        }
    }

    /// Whether there is a user or group of a name.
    ///
    /// @param name the name
    public boolean has(String name) {
        lock.lock();
        try {
            return byName.containsKey(name);
        } finally {
            lock.unlock();
        }
    }

    /// The id of a name; of one that nobody has, that of anonymous.
    public int idOf(String name) {
        lock.lock();
        try {
            Principal principal = byName.get(name);
            return principal == null ? Caller.ANONYMOUS_ID : principal.id();
        } finally {
            lock.unlock();
        }
    }

    /// The name of an id; of one that nobody has, its digits.
    String nameOf(int id) {
        lock.lock();
        try {
            return nameLocked(id);
        } finally {
            lock.unlock();
        }
    }

    private String nameLocked(int id) {
        Entry entry = byId.get(id);
        return entry == null ? Integer.toString(id) : entry.principal.name();
    }

    private Entry requireLocked(int id) throws RxAbortException {
        Entry entry = byId.get(id);
        if (entry == null) {
            throw refusal(AfsError.PRNOENT);
        }
        return entry;
    }

    private static Principal told(Entry entry) {
        return entry.principal.withCount(entry.elements.size());
    }

    private static RxAbortException refusal(AfsError error) {
        return new RxAbortException(error.code());
    }

    /// @throws RxAbortException with PRNOENT
    Principal principal(int id) throws RxAbortException {
        return locked(() -> told(requireLocked(id)));
    }

    /// All of them, by id.
    List<Principal> all() {
        lock.lock();
        try {
            return byId.values().stream().map(Principals::told).toList();
        } finally {
            lock.unlock();
        }
    }

    /// The greatest id of a user.
    int greatestUser() {
        lock.lock();
        try {
            return greatestUser;
        } finally {
            lock.unlock();
        }
    }

    /// The least id of a group.
    int leastGroup() {
        lock.lock();
        try {
            return leastGroup;
        } finally {
            lock.unlock();
        }
    }

    /// The groups of a user, or the members of a group.
    ///
    /// @throws RxAbortException with PRNOENT
    List<Integer> elements(int id) throws RxAbortException {
        return locked(() -> List.copyOf(requireLocked(id).elements));
    }

    /// The groups that somebody owns.
    List<Integer> ownedBy(int id) {
        return all().stream().filter(each -> each.owner() == id && each.id() != id).map(Principal::id).toList();
    }

    /// Whose rights a user has.
    ///
    /// @throws RxAbortException with PRNOENT
    List<Integer> cps(int id) throws RxAbortException {
        return locked(() -> {
            Entry known = requireLocked(id);
            assert known.principal.id() == id;
            return List.copyOf(cpsLocked(id));
        });
    }

    private NavigableSet<Integer> cpsLocked(int id) {
        NavigableSet<Integer> cps = new TreeSet<>(List.of(id));
        Entry entry = byId.get(id);
        if (id > 0 && entry != null) {
            cps.addAll(entry.elements);
        }
        if (id > 0) {
            cps.add(ANYBODY_ID);
        }
        if (id > 0 && id != Caller.ANONYMOUS_ID) {
            cps.add(AUTHENTICATED_ID);
        }
        return cps;
    }

    /// Makes a user or group.
    ///
    /// @param wanted the id that it is to have; null for the next one
    /// @param owner 0 for the creator
    /// @param by who makes it; null for the cell itself
    /// @return its id
    /// @throws RxAbortException with PREXIST, PRIDEXIST, PRBADNAM, PRNOENT or PRPERM
    int create(String name, boolean group, @Nullable Integer wanted, int owner, @Nullable Caller by) throws RxAbortException {
        int made = locked(() -> {
            requireName(name, group);
            if (by != null && !by.isAdministrator() && (!group || wanted != null || by.equals(Caller.ANONYMOUS))) {
                throw refusal(AfsError.PRPERM);
            }
            if (byName.containsKey(name)) {
                throw refusal(AfsError.PREXIST);
            }
            int creator = by == null ? ADMINISTRATORS_ID : by.id();
            int owned = owner != 0 ? requireLocked(owner).principal.id() : group ? creator : ADMINISTRATORS_ID;
            requirePrefix(name, group, owned, by);
            int id = wanted != null ? wanted : group ? leastGroup - 1 : greatestUser + 1;
            if (id == 0 || id < 0 != group) {
                throw refusal(AfsError.PRBADARG);
            }
            if (byId.containsKey(id)) {
                throw refusal(AfsError.PRIDEXIST);
            }
            put(id, name, owned, creator, group ? 0 : USER_GROUP_QUOTA);
            return id;
        });
        changed.run();
        return made;
    }

    private static void requireName(String name, boolean group) throws RxAbortException {
        boolean formed = name.matches("[^\\s:@]{1,62}(:[^\\s:@]{1,62})?") && name.length() < 64;
        if (!formed || (!group && name.indexOf(':') >= 0)) {
            throw refusal(AfsError.PRBADNAM);
        }
    }

    /// A group's name begins with its owner's, but for administrators, who may name theirs otherwise.
    private void requirePrefix(String name, boolean group, int owner, @Nullable Caller by) throws RxAbortException {
        if (!group || by == null || by.isAdministrator()) {
            return;
        }
        if (!name.startsWith(requireLocked(owner).principal.name() + ":")) {
            throw refusal(AfsError.PRBADNAM);
        }
    }

    /// Makes a user a member of a group, or no member.
    ///
    /// @throws RxAbortException with PRNOENT, PRNOTGROUP, PRNOTUSER, PRPERM, or PRIDEXIST for a member and PRNOENT for none
    void setMember(int user, int group, boolean member, Caller by) throws RxAbortException {
        locked(() -> {
            Entry added = requireLocked(user);
            Entry to = requireLocked(group);
            if (!to.principal.isGroup()) {
                throw refusal(AfsError.PRNOTGROUP);
            }
            if (added.principal.isGroup()) {
                throw refusal(AfsError.PRNOTUSER);
            }
            if (!by.isAdministrator() && to.principal.owner() != by.id()) {
                throw refusal(AfsError.PRPERM);
            }
            if (member == to.elements.contains(user)) {
                throw refusal(member ? AfsError.PRIDEXIST : AfsError.PRNOENT);
            }
            if (member) {
                to.elements.add(user);
                added.elements.add(group);
            } else {
                to.elements.remove(user);
                added.elements.remove(group);
            }
            return to;
        });
        changed.run();
    }

    /// Deletes a user or group, and its memberships.
    ///
    /// @throws RxAbortException with PRNOENT or PRPERM
    void delete(int id, Caller by) throws RxAbortException {
        locked(() -> {
            Principal gone = requireLocked(id).principal;
            boolean own = gone.isGroup() && gone.owner() == by.id();
            if ((!by.isAdministrator() && !own) || isOfEveryCell(id)) {
                throw refusal(AfsError.PRPERM);
            }
            byId.remove(id);
            byName.remove(gone.name());
            byId.values().forEach(other -> other.elements.remove(id));
            return gone;
        });
        changed.run();
    }
}
