package org.afs4j.client;

import java.util.ArrayList;
import java.util.List;
import org.afs4j.client.error.AfsPathException;

/// A path in AFS: `/afs`, a cell's name, and names below the cell's root.
///
/// @param names the cell's name (with a leading dot for the read-write root), then the names below; empty for `/afs` itself;
///     `.` and empty names are left out, `..` is kept, because what it means depends on symlinks
public record AfsPath(List<String> names) {
    private static final String ROOT = "/afs";

    /// Makes a path.
    public AfsPath {
        names = List.copyOf(names);
    }

    /// Reads a path from its text.
    ///
    /// @param text `/afs`, or `/afs/` and more
    /// @throws AfsPathException if the text does not begin with `/afs`: say the whole path
    public static AfsPath parse(String text) throws AfsPathException {
        if (!text.equals(ROOT) && !text.startsWith(ROOT + "/")) {
            throw new AfsPathException(text, "a path begins with /afs/CELL");
        }
        if (text.indexOf('\0') >= 0) {
            throw new AfsPathException(text, "a path has no NUL byte");
        }
        return new AfsPath(split(text.substring(ROOT.length())));
    }

    static List<String> split(String text) {
        List<String> names = new ArrayList<>();
        int to;
        for (int from = 0; from < text.length(); from = to + 1) {
            int slash = text.indexOf('/', from);
            to = slash < 0 ? text.length() : slash;
            boolean here = to == from + 1 && text.charAt(from) == '.';
            if (to > from && !here) {
                names.add(text.substring(from, to));
            }
        }
        return names;
    }

    /// The path of an entry of this directory.
    ///
    /// @param name the entry's name, without a slash
    public AfsPath resolve(String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return new AfsPath(more);
    }

    /// Whether this is `/afs`, the list of cells.
    public boolean isRoot() {
        return names.isEmpty();
    }

    /// The path without its last name; that of `/afs` is `/afs`.
    public AfsPath parent() {
        return isRoot() ? this : new AfsPath(names.subList(0, names.size() - 1));
    }

    /// The last name; empty for `/afs`.
    public String name() {
        return isRoot() ? "" : names.getLast();
    }

    @Override
    public String toString() {
        return isRoot() ? ROOT : ROOT + "/" + String.join("/", names);
    }
}
