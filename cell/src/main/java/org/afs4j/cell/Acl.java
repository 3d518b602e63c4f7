package org.afs4j.cell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.rx.RxAbortException;

/// A directory's ACL. Immutable.
///
/// Callers are anonymous, so of the entries those for `system:anyuser` and `anonymous` count for them; the others are kept and told.
///
/// Source: OpenAFS `src/libacl/aclprocs.c`.
///
/// @param grants rights by name
/// @param denials what is taken away from them, by name
record Acl(Map<String, Integer> grants, Map<String, Integer> denials) {
    static final String ANY_USER = "system:anyuser";
    private static final Set<String> CALLERS = Set.of(ANY_USER, "anonymous");
    private static final int MOST_ENTRIES = 20;

    /// An ACL with one entry, for everyone.
    static Acl ofAnyUser(int rights) {
        return new Acl(rights == 0 ? Map.of() : Map.of(ANY_USER, rights), Map.of());
    }

    /// Reads what [#toText()] wrote.
    ///
    /// @throws IllegalArgumentException if it is something else
    static Acl ofText(String text) {
        String[] lines = text.split("\n", -1);
        int grantCount = Integer.parseInt(lines[0]);
        List<String> entries = List.of(lines).subList(2, lines.length - 1);
        return new Acl(ofLines(entries.subList(0, grantCount)), ofLines(entries.subList(grantCount, entries.size())));
    }

    private static Map<String, Integer> ofLines(List<String> lines) {
        Map<String, Integer> entries = new LinkedHashMap<>();
        for (String line : lines) {
            int tab = line.indexOf('\t');
            entries.put(line.substring(0, tab), Integer.parseInt(line.substring(tab + 1)));
        }
        return entries;
    }

    /// What any caller may do.
    int callerRights() {
        return of(grants) & ~of(denials);
    }

    private static int of(Map<String, Integer> entries) {
        int rights = 0;
        for (String name : CALLERS) {
            rights |= entries.getOrDefault(name, 0);
        }
        return rights;
    }

    /// Reads the text of StoreACL.
    ///
    /// @param known which users and groups there are
    /// @throws RxAbortException with EINVAL, if it is malformed, too long, or names somebody unknown
    static Acl parse(String text, Set<String> known) throws RxAbortException {
        List<String> lines = text.replace("\0", "").lines().toList();
        try {
            int grantCount = lines.size() < 2 ? -1 : Integer.parseInt(lines.get(0).strip());
            int denialCount = lines.size() < 2 ? -1 : Integer.parseInt(lines.get(1).strip());
            if (grantCount < 0 || denialCount < 0 || (long) grantCount + denialCount != lines.size() - 2 || lines.size() - 2 > MOST_ENTRIES) {
                throw AbortCode.refusal(AbortCode.EINVAL);
            }
            return new Acl(
                    entries(lines.subList(2, 2 + grantCount), known), entries(lines.subList(2 + grantCount, lines.size()), known));
        } catch (NumberFormatException e) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
    }

    private static Map<String, Integer> entries(List<String> lines, Set<String> known) throws RxAbortException {
        Map<String, Integer> entries = new LinkedHashMap<>();
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            if (parts.length != 2 || !known.contains(parts[0])) {
                throw AbortCode.refusal(AbortCode.EINVAL);
            }
            entries.merge(parts[0], Integer.parseInt(parts[1].strip()) & Rights.ALL, (one, other) -> one | other);
        }
        return entries;
    }

    /// The text of FetchACL.
    String toText() {
        StringBuilder text = new StringBuilder().append(grants.size()).append('\n').append(denials.size()).append('\n');
        grants.forEach((name, rights) -> text.append(name).append('\t').append(rights).append('\n'));
        denials.forEach((name, rights) -> text.append(name).append('\t').append(rights).append('\n'));
        return text.toString();
    }
}
