package org.afs4j.system.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the calls of a run have made so far, by the names that the calls use: what the generator draws from.
final class CalledTree {
    /// What there is, with its kind.
    final Map<String, Kind> kinds = new TreeMap<>();

    /// What has gone.
    final List<String> gone = new ArrayList<>();

    private final Map<String, Map<String, String>> entries = new TreeMap<>();

    /// What a vnode is.
    enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK
    }

    CalledTree() {
        kinds.put("top", Kind.DIRECTORY);
    }

    Map<String, String> entries(String directory) {
        return entries.computeIfAbsent(directory, none -> new TreeMap<>());
    }

    List<String> all(Kind kind) {
        return kinds.entrySet().stream().filter(each -> each.getValue() == kind).map(Map.Entry::getKey).toList();
    }

    void made(String directory, String name, String vnode, Kind kind) {
        kinds.put(vnode, kind);
        entries(directory).put(name, vnode);
    }

    void linked(String directory, String name, String vnode) {
        entries(directory).put(name, vnode);
    }

    void removed(String directory, String name) {
        forget(entries(directory).remove(name));
    }

    void renamed(String from, String oldName, String to, String newName) {
        String moved = entries(from).get(oldName);
        if (moved != null) {
            String replaced = entries(to).put(newName, moved);
            if (replaced != null && kinds.get(replaced) == Kind.DIRECTORY) {
                kinds.remove(replaced);
            } else if (!moved.equals(replaced)) {
                forget(replaced);
            }
            if (!(from.equals(to) && oldName.equals(newName))) {
                entries(from).remove(oldName);
            }
        }
    }

    /// The directory whose place a rename takes, if there is one.
    @Nullable String replacedDirectory(String from, String oldName, String to, String newName) {
        String moved = entries(from).get(oldName);
        String replaced = entries(to).get(newName);
        return moved != null && !moved.equals(replaced) && replaced != null && kinds.get(replaced) == Kind.DIRECTORY ? replaced : null;
    }

    private void forget(@Nullable String vnode) {
        if (vnode != null && entries.values().stream().noneMatch(each -> each.containsValue(vnode))) {
            kinds.remove(vnode);
            gone.add(vnode);
        }
    }
}
