package org.afs4j.cell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.afs4j.cell.administration.Caller;
import org.afs4j.cell.administration.Principals;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.rx.RxAbortException;

/// A directory's ACL. Immutable.
///
/// Source: OpenAFS `src/libacl/aclprocs.c`.
///
/// @param grants what is given, by whose ids the entries are ordered; somebody may be there twice
/// @param denials what is taken away from that, in the same order
record Acl(List<Entry> grants, List<Entry> denials) {
    static final int ALL_RIGHTS = 127;
    static final int READ_AND_LOOKUP = FetchStatus.RIGHT_READ | FetchStatus.RIGHT_LOOKUP;

    private static final String LETTERS = "rwildka";
    private static final int MOST_ENTRIES = 20;
    private static final int MOST_NAME_BYTES = 63;
    // Possessive where nothing is gained by a second look, so that no text takes longer than its length.
    private static final Pattern COUNTS = Pattern.compile("\\s*+([-+]?\\d++)\\s++([-+]?\\d++)[^\\n]*+\\n?");
    private static final Pattern ENTRY = Pattern.compile("\\s*(\\S{1," + MOST_NAME_BYTES + "})\\s*+([-+]?\\d++)[^\\n]*+\\n");

    /// What an ACL says of one user or group.
    ///
    /// @param name whose
    /// @param rights the rights' bits, and whatever others were stored with them
    record Entry(String name, int rights) {}

    /// An ACL with one entry, for everyone.
    static Acl ofAnyUser(int rights) {
        return new Acl(rights == 0 ? List.of() : List.of(new Entry(Principals.ANY_USER, rights)), List.of());
    }

    /// Rights by the letters that AFS users know.
    ///
    /// @throws IllegalArgumentException if a letter is none of `rlidwka`
    static int rights(String letters) {
        int rights = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = LETTERS.indexOf(letters.charAt(i));
            if (bit < 0) {
                throw new IllegalArgumentException("rights are some of rlidwka, not " + letters);
            }
            rights |= 1 << bit;
        }
        return rights;
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

    private static List<Entry> ofLines(List<String> lines) {
        return lines.stream().map(line -> line.split("\t", 2)).map(parts -> new Entry(parts[0], Integer.parseInt(parts[1]))).toList();
    }

    /// What somebody may do.
    ///
    /// @param names his name and those of his groups
    int rights(Set<String> names) {
        return of(grants, names) & ~of(denials, names);
    }

    private static int of(List<Entry> entries, Set<String> names) {
        int rights = 0;
        for (Entry entry : entries) {
            rights |= names.contains(entry.name()) ? entry.rights() : 0;
        }
        return rights;
    }

    /// Whether the text of a StoreACL ends, as texts in C do.
    static boolean isText(String text) {
        return text.indexOf('\0') >= 0;
    }

    /// Reads the text of StoreACL. Between its words may be any blanks, and what comes after the last entry does not count.
    ///
    /// @param text up to its first NUL
    /// @param known which users and groups there are
    /// @throws RxAbortException with EINVAL, if it is malformed, too long, or names somebody unknown or `anonymous`
    static Acl parse(String text, Principals known) throws RxAbortException {
        int end = text.indexOf('\0');
        Matcher matcher = COUNTS.matcher(end < 0 ? text : text.substring(0, end));
        try {
            if (!matcher.lookingAt()) {
                throw AbortCode.refusal(AbortCode.EINVAL);
            }
            int grantCount = Integer.parseInt(matcher.group(1));
            int denialCount = Integer.parseInt(matcher.group(2));
            if (grantCount < 0 || denialCount < 0 || (long) grantCount + denialCount > MOST_ENTRIES) {
                throw AbortCode.refusal(AbortCode.EINVAL);
            }
            matcher.region(matcher.end(), matcher.regionEnd()).usePattern(ENTRY);
            List<Entry> grants = entries(matcher, grantCount, known);
            List<Entry> denials = entries(matcher, denialCount, known);
            // The file server keeps denials from the end: of several for one name, the last comes first.
            Collections.reverse(denials);
            Comparator<Entry> byId = Comparator.comparingInt(entry -> known.idOf(entry.name()));
            grants.sort(byId);
            denials.sort(byId);
            return new Acl(List.copyOf(grants), List.copyOf(denials));
        } catch (NumberFormatException e) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
    }

    private static List<Entry> entries(Matcher matcher, int count, Principals known) throws RxAbortException {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!matcher.lookingAt()) {
                throw AbortCode.refusal(AbortCode.EINVAL);
            }
            String name = matcher.group(1).toLowerCase(Locale.ROOT);
            if (known.idOf(name) == Caller.ANONYMOUS_ID) {
                throw AbortCode.refusal(AbortCode.EINVAL);
            }
            entries.add(new Entry(name, Integer.parseInt(matcher.group(2))));
            matcher.region(matcher.end(), matcher.regionEnd());
        }
        return entries;
    }

    /// The text of FetchACL, but for the NUL at its end.
    String toText() {
        StringBuilder text = new StringBuilder().append(grants.size()).append('\n').append(denials.size()).append('\n');
        grants.forEach(entry -> text.append(entry.name()).append('\t').append(entry.rights()).append('\n'));
        denials.forEach(entry -> text.append(entry.name()).append('\t').append(entry.rights()).append('\n'));
        return text.toString();
    }
}
