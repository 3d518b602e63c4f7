package org.afs4j.cell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.afs4j.cell.administration.Principals;
import org.afs4j.rx.RxAbortException;

/// A directory's ACL. Immutable.
///
/// Source: OpenAFS `src/libacl/aclprocs.c`.
///
/// @param grants rights by name
/// @param denials what is taken away from them, by name
record Acl(Map<String, Integer> grants, Map<String, Integer> denials) {
    private static final int MOST_ENTRIES = 20;

    /// An ACL with one entry, for everyone.
    static Acl ofAnyUser(int rights) {
        return new Acl(rights == 0 ? Map.of() : Map.of(Principals.ANY_USER, rights), Map.of());
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

    /// What somebody may do.
    ///
    /// @param names his name and those of his groups
    int rights(Set<String> names) {
        return of(grants, names) & ~of(denials, names);
    }

    private static int of(Map<String, Integer> entries, Set<String> names) {
        int rights = 0;
        for (String name : names) {
            rights |= entries.getOrDefault(name, 0);
        }
        return rights;
    }

    /// Reads the text of StoreACL.
    ///
    /// @param known which users and groups there are
    /// @throws RxAbortException with EINVAL, if it is malformed, too long, or names somebody unknown
    static Acl parse(String text, Principals known) throws RxAbortException {
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

    private static Map<String, Integer> entries(List<String> lines, Principals known) throws RxAbortException {
        Map<String, Integer> entries = new LinkedHashMap<>();
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            if (parts.length != 2 || !known.has(parts[0])) {
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
