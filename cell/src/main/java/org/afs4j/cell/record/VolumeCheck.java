package org.afs4j.cell.record;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.directory.DirectoryFullException;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FileType;
import org.jspecify.annotations.Nullable;

/// Makes one volume instance sound: every vnode is reached from the root by a name, every name leads to a vnode, a directory has one
/// name, and link counts, parents and `..` say so.
///
/// What no name leads to is given one in the root: `__ORPHANFILE__.VNODE.UNIQUIFIER`, or `__ORPHANDIR__.…`, as OpenAFS's salvager names
/// it.
final class VolumeCheck {
    private static final int ROOT = 1;
    private static final int ROOT_MODE_BITS = 0755;

    private final StoredVolume volume;
    private final List<CheckReport.Finding> findings;
    private final Map<Integer, DirectoryEditor> directories = new HashMap<>();
    private final Set<Integer> changed = new TreeSet<>();
    private final Map<Integer, Integer> parents = new TreeMap<>();
    private final Map<Integer, Integer> names = new HashMap<>();
    private final Map<Integer, Integer> subdirectories = new HashMap<>();
    private boolean repaired;

    VolumeCheck(StoredVolume volume, List<CheckReport.Finding> findings) {
        this.volume = volume;
        this.findings = findings;
    }

    /// Repairs what is wrong.
    ///
    /// @return whether anything was
    boolean repair() {
        try {
            requireRoot();
            volume.vnodes().values().stream().filter(StoredVnode::isDirectory).toList().forEach(this::readDirectory);
            walk(ROOT);
            adopt();
            for (StoredVnode vnode : List.copyOf(volume.vnodes().values())) {
                settle(vnode);
            }
            for (int number : changed) {
                DirectoryEditor editor = editor(number);
                volume.setImage(number, editor.toByteArray());
                replace(vnode(number).changed(editor.lengthBytes()));
            }
        } catch (MalformedDirectoryException e) {
            throw new IllegalStateException("a directory that was sound", e);
        }
        settleHeader();
        return repaired;
    }

    private StoredVnode vnode(int number) {
        StoredVnode vnode = volume.vnodes().get(number);
        if (vnode == null) {
            throw new IllegalStateException("vnode " + number);
        }
        return vnode;
    }

    private DirectoryEditor editor(int number) {
        DirectoryEditor editor = directories.get(number);
        if (editor == null) {
            throw new IllegalStateException("directory " + number);
        }
        return editor;
    }

    private void replace(StoredVnode vnode) {
        volume.put(vnode);
    }

    private void found(int vnode, String problem, String repair) {
        StoredVnode there = volume.vnodes().get(vnode);
        String fid = vnode + "." + (there == null ? 0 : there.uniquifier());
        findings.add(new CheckReport.Finding(volume.header().name(), fid, problem, repair));
        repaired = true;
    }

    private void requireRoot() {
        StoredVnode root = volume.vnodes().get(ROOT);
        if (root == null || !root.isDirectory()) {
            found(ROOT, "the volume has no root", "made an empty one");
            volume.remove(ROOT);
            replace(new StoredVnode(
                    ROOT, ROOT, FileType.DIRECTORY, 0, 2, 1, 0, 0, 0, ROOT_MODE_BITS, 0, 0, VolumeTables.PAGE_BYTES, "0\n0\n"));
            volume.setImage(ROOT, DirectoryEditor.create(ROOT, ROOT, ROOT, ROOT).toByteArray());
        }
        if (volume.hasLeftovers()) {
            volume.dropLeftovers();
            found(0, "there are contents without vnode", "removed them");
        }
    }

    private void readDirectory(StoredVnode directory) {
        byte[] image = volume.image(directory.number());
        DirectoryEditor editor;
        try {
            editor = DirectoryEditor.of(image);
        } catch (MalformedDirectoryException e) {
            editor = rebuild(directory, image);
            found(directory.number(), "the directory is damaged: " + e.getMessage(), "kept the names that can be read");
            changed.add(directory.number());
        }
        directories.put(directory.number(), editor);
    }

    private static DirectoryEditor rebuild(StoredVnode directory, byte[] image) {
        DirectoryEditor editor =
                DirectoryEditor.create(directory.number(), directory.uniquifier(), directory.parent(), ROOT);
        try {
            for (DirectoryEntry entry : DirectoryContents.of(MemorySegment.ofArray(image)).entries()) {
                // A name that is there already, dot and dot-dot among them, is not added again.
                editor.add(entry.name(), entry.vnode(), entry.uniquifier());
            }
        } catch (MalformedDirectoryException | DirectoryFullException | IllegalArgumentException e) {
            // What was read so far is what there is.
            return editor;
        }
        return editor;
    }

    private static boolean isOrdinary(DirectoryEntry entry) {
        return !entry.name().equals(".") && !entry.name().equals("..");
    }

    /// Follows the names from a directory that is reached.
    private void walk(int from) throws MalformedDirectoryException {
        Deque<Integer> left = new ArrayDeque<>(List.of(from));
        while (!left.isEmpty()) {
            int directory = left.remove();
            for (DirectoryEntry entry : editor(directory).contents().entries()) {
                if (isOrdinary(entry) && follow(directory, entry) && vnode(entry.vnode()).isDirectory()) {
                    left.add(entry.vnode());
                }
            }
        }
    }

    private boolean follow(int directory, DirectoryEntry entry) throws MalformedDirectoryException {
        StoredVnode target = volume.vnodes().get(entry.vnode());
        String problem = null;
        if (target == null || target.uniquifier() != entry.uniquifier()) {
            problem = "leads nowhere";
        } else if (target.number() == ROOT || (target.isDirectory() && parents.containsKey(target.number()))) {
            problem = "is the second name of a directory";
        }
        if (problem != null) {
            editor(directory).remove(entry.name());
            changed.add(directory);
            found(directory, "the name " + entry.name() + " " + problem, "removed it");
            return false;
        }
        parents.putIfAbsent(entry.vnode(), directory);
        names.merge(entry.vnode(), 1, Integer::sum);
        if (target != null && target.isDirectory()) {
            subdirectories.merge(directory, 1, Integer::sum);
        }
        return true;
    }

    /// Gives a name in the root to what no name leads to: first to directories that are in no other such, then to what is left.
    private void adopt() throws MalformedDirectoryException {
        Set<Integer> named = new TreeSet<>();
        for (int number : orphans()) {
            if (vnode(number).isDirectory()) {
                editor(number).contents().entries().stream()
                        .filter(VolumeCheck::isOrdinary)
                        .forEach(entry -> named.add(entry.vnode()));
            }
        }
        for (int number : orphans()) {
            if (vnode(number).isDirectory() && !named.contains(number) && !parents.containsKey(number)) {
                adopt(number);
            }
        }
        for (int number : orphans()) {
            if (!parents.containsKey(number)) {
                adopt(number);
            }
        }
    }

    private List<Integer> orphans() {
        return volume.vnodes().keySet().stream()
                .filter(number -> number != ROOT && !parents.containsKey(number))
                .toList();
    }

    private void adopt(int number) throws MalformedDirectoryException {
        StoredVnode vnode = vnode(number);
        String name = (vnode.isDirectory() ? "__ORPHANDIR__." : "__ORPHANFILE__.") + number + "." + vnode.uniquifier();
        try {
            editor(ROOT).add(name, number, vnode.uniquifier());
        } catch (DirectoryFullException e) {
            found(number, "no name leads to it, and the root has no room for one", "removed it");
            volume.remove(number);
            return;
        }
        changed.add(ROOT);
        found(number, "no name leads to it", "named it " + name + " in the volume's root");
        parents.put(number, ROOT);
        names.put(number, 1);
        if (vnode.isDirectory()) {
            subdirectories.merge(ROOT, 1, Integer::sum);
            walk(number);
        }
    }

    private void settle(StoredVnode vnode) throws MalformedDirectoryException {
        int number = vnode.number();
        int parent = parents.getOrDefault(number, 0);
        int linkCount =
                vnode.isDirectory() ? 2 + subdirectories.getOrDefault(number, 0) : names.getOrDefault(number, 0);
        if (vnode.linkCount() != linkCount) {
            found(number, "its link count is " + vnode.linkCount(), "it is " + linkCount + " now");
        }
        if (vnode.parent() != parent) {
            found(number, "its parent is " + vnode.parent(), "it is " + parent + " now");
        }
        replace(vnode.with(parent, linkCount));
        if (vnode.isDirectory()) {
            settleEntry(vnode, ".", vnode);
            settleEntry(vnode, "..", parent == 0 ? vnode : vnode(parent));
            if (vnode.lengthBytes() != editor(number).lengthBytes() && changed.add(number)) {
                found(number, "its length is " + vnode.lengthBytes(), "it is " + editor(number).lengthBytes() + " now");
            }
        }
    }

    private void settleEntry(StoredVnode directory, String name, StoredVnode target) throws MalformedDirectoryException {
        DirectoryEditor editor = editor(directory.number());
        @Nullable DirectoryEntry entry = editor.lookUp(name);
        if (entry != null && entry.vnode() == target.number() && entry.uniquifier() == target.uniquifier()) {
            return;
        }
        if (entry != null) {
            editor.replace(name, target.number(), target.uniquifier());
        } else {
            try {
                editor.add(name, target.number(), target.uniquifier());
            } catch (DirectoryFullException e) {
                throw new MalformedDirectoryException("no room for " + name);
            }
        }
        changed.add(directory.number());
        found(directory.number(), name + " leads elsewhere", "put it right");
    }

    private void settleHeader() {
        int last = 1;
        for (StoredVnode vnode : volume.vnodes().values()) {
            last = Math.max(last, vnode.uniquifier());
        }
        if (volume.header().nextUniquifier() <= last) {
            volume.setHeader(volume.header().withNextUniquifier(last + 1));
            found(0, "the next uniquifier is one that is in use", "it is " + (last + 1) + " now");
        }
    }
}
