package org.afs4j.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.afs4j.protocol.fs.FetchStatus;

/// A directory's access list: who may do what in it, and who may not although another entry lets him.
///
/// Names are those of users and groups as the file server tells them; one that it cannot name is told by its number. Rights are the
/// `RIGHT_` bits of [FetchStatus]. Immutable.
///
/// @param grants what is allowed
/// @param denials what is taken away from what is allowed
public record AfsAccessList(SequencedMap<String, Integer> grants, SequencedMap<String, Integer> denials) {
    /// How many entries a file server keeps of one list, grants and denials together.
    ///
    /// Source: OpenAFS `src/libacl/acl.h`, ACL_MAXENTRIES.
    public static final int MOST_ENTRIES = 20;

    /// A list without entries: nobody may do anything.
    public static final AfsAccessList EMPTY = new AfsAccessList(new LinkedHashMap<>(), new LinkedHashMap<>());

    private static final String LETTERS = "rlidwka";
    private static final int[] BITS = {
        FetchStatus.RIGHT_READ,
        FetchStatus.RIGHT_LOOKUP,
        FetchStatus.RIGHT_INSERT,
        FetchStatus.RIGHT_DELETE,
        FetchStatus.RIGHT_WRITE,
        FetchStatus.RIGHT_LOCK,
        FetchStatus.RIGHT_ADMINISTER
    };
    private static final int LONGEST_NAME = 63;

    /// Copies the maps.
    ///
    /// @param grants what is allowed
    /// @param denials what is taken away
    public AfsAccessList {
        grants = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(grants));
        denials = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(denials));
    }

    /// Reads the text that file servers send: two counts, then a line each of name and rights.
    ///
    /// @param text the text
    /// @throws IllegalArgumentException if it is malformed
    static AfsAccessList parse(String text) {
        List<String> lines = text.replace("\0", "").lines().toList();
        int grantCount = lines.size() < 2 ? -1 : number(lines.get(0), text);
        int denialCount = lines.size() < 2 ? -1 : number(lines.get(1), text);
        if (grantCount < 0 || denialCount < 0 || (long) grantCount + denialCount != lines.size() - 2) {
            throw new IllegalArgumentException("not an access list: " + text);
        }
        return new AfsAccessList(
                entries(lines.subList(2, 2 + grantCount), text), entries(lines.subList(2 + grantCount, lines.size()), text));
    }

    private static SequencedMap<String, Integer> entries(List<String> lines, String text) {
        SequencedMap<String, Integer> entries = new LinkedHashMap<>();
        for (String line : lines) {
            int tab = line.lastIndexOf('\t');
            if (tab <= 0) {
                throw new IllegalArgumentException("not an access list: " + text);
            }
            entries.merge(line.substring(0, tab), number(line.substring(tab + 1), text), (one, other) -> one | other);
        }
        return entries;
    }

    private static int number(String digits, String text) {
        try {
            return Integer.parseInt(digits.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an access list: " + text, e);
        }
    }

    /// The text that file servers take, closed with a NUL as they need it.
    String toText() {
        StringBuilder text = new StringBuilder().append(grants.size()).append('\n').append(denials.size()).append('\n');
        List<Map.Entry<String, Integer>> entries = new ArrayList<>(grants.entrySet());
        entries.addAll(denials.entrySet());
        entries.forEach(entry -> text.append(entry.getKey()).append('\t').append(entry.getValue()).append('\n'));
        return text.append('\0').toString();
    }

    /// The same with another entry among the grants.
    ///
    /// @param name the user or group
    /// @param rights its rights; 0 removes the entry
    /// @throws IllegalArgumentException if no such name can be
    public AfsAccessList withGrant(String name, int rights) {
        return new AfsAccessList(with(grants, name, rights), denials);
    }

    /// The same with another entry among the denials.
    ///
    /// @param name the user or group
    /// @param rights what it may not do; 0 removes the entry
    /// @throws IllegalArgumentException if no such name can be
    public AfsAccessList withDenial(String name, int rights) {
        return new AfsAccessList(grants, with(denials, name, rights));
    }

    private static SequencedMap<String, Integer> with(Map<String, Integer> entries, String name, int rights) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(each -> each <= ' ')) {
            throw new IllegalArgumentException("not the name of a user or group: '" + name + "'");
        }
        SequencedMap<String, Integer> changed = new LinkedHashMap<>(entries);
        if (rights == 0) {
            changed.remove(name);
        } else {
            changed.put(name, rights);
        }
        return changed;
    }

    /// Reads rights as users write them.
    ///
    /// @param text some of the letters `rlidwka`, or `read`, `write`, `all`, `none`
    /// @throws IllegalArgumentException if it is none of those
    public static int rights(String text) {
        String letters = switch (text) {
            case "read" -> "rl";
            case "write" -> "rlidwk";
            case "all" -> LETTERS;
            case "none" -> "";
            default -> text;
        };
        int rights = 0;
        for (int i = 0; i < letters.length(); i++) {
            int letter = LETTERS.indexOf(letters.charAt(i));
            if (letter < 0) {
                throw new IllegalArgumentException("rights are some of rlidwka, or read, write, all, none; not '" + text + "'");
            }
            rights |= BITS[letter];
        }
        return rights;
    }

    /// Writes rights in letters; `none` for none.
    ///
    /// @param rights the bits
    public static String letters(int rights) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < BITS.length; i++) {
            if ((rights & BITS[i]) != 0) {
                letters.append(LETTERS.charAt(i));
            }
        }
        return letters.isEmpty() ? "none" : letters.toString();
    }
}
