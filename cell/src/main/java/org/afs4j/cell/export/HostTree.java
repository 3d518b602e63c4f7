package org.afs4j.cell.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.afs4j.cell.record.StoredVnode;
import org.afs4j.cell.record.VolumeImage;
import org.afs4j.cell.store.FileContents;
import org.afs4j.cell.store.FileKey;
import org.afs4j.cell.store.HeapStore;
import org.afs4j.protocol.directory.DirectoryEditor;
import org.afs4j.protocol.directory.DirectoryFullException;
import org.afs4j.protocol.directory.MalformedDirectoryException;
import org.afs4j.protocol.fs.FileType;
import org.jspecify.annotations.Nullable;

/// What an exported directory looks like as a volume, scan by scan.
///
/// Vnode numbers follow from inode numbers, uniquifiers from the time at which a file was made, and data versions from the time of the last
/// change, in nanoseconds: so a file is the same vnode with the same data version after a restart of the server.
///
/// Devices, sockets, pipes, names that AFS cannot have, and what is mounted below are left out.
///
/// Threads: one at a time.
final class HostTree {
    /// A scan asks the host of every one of them.
    static final int MOST_NODES = 100_000;

    private static final String ATTRIBUTES = "unix:ino,dev,mode,size,lastModifiedTime,creationTime,ctime";
    private static final int ROOT = 1;
    private static final int NUMBER_MASK = 0x3fffffff;
    private static final int PERMISSION_BITS = 0777;
    private static final int TYPE_BITS = 0170000;
    private static final int DIRECTORY_BITS = 0040000;
    private static final int FILE_BITS = 0100000;
    private static final int SYMLINK_BITS = 0120000;
    private static final int ANONYMOUS = 32766;
    private static final int ROOT_OWNER = 0;

    /// Everyone may read and look up.
    private static final String ACL = "1\n0\nsystem:anyuser\t9\n";

    private final Path root;
    private Map<Long, Node> nodes = new HashMap<>();

    /// What a scan found of an inode.
    private static final class Node {
        final long inode;
        final FileType type;
        final Path relative;
        final long lengthBytes;
        final int modeBits;
        final Instant modified;
        final Instant changed;
        final Instant born;
        final TreeMap<String, Node> children = new TreeMap<>();
        @Nullable Node parent;
        int names;
        int number;
        int uniquifier;
        long dataVersion;
        @Nullable FileContents contents;
        @Nullable DirectoryEditor directory;

        Node(Path relative, FileType type, Map<String, Object> attributes) {
            this.relative = relative;
            this.type = type;
            inode = (Long) value(attributes, "ino");
            lengthBytes = (Long) value(attributes, "size");
            modeBits = (Integer) value(attributes, "mode") & PERMISSION_BITS;
            modified = ((FileTime) value(attributes, "lastModifiedTime")).toInstant();
            changed = ((FileTime) value(attributes, "ctime")).toInstant();
            born = ((FileTime) value(attributes, "creationTime")).toInstant();
        }

        boolean isDirectory() {
            return type == FileType.DIRECTORY;
        }

        boolean isUnchanged(Node before) {
            return type == before.type
                    && lengthBytes == before.lengthBytes
                    && modified.equals(before.modified)
                    && changed.equals(before.changed)
                    && relative.equals(before.relative);
        }
    }

    /// @param root the exported directory, its real path
    HostTree(Path root) {
        this.root = root;
    }

    private static Object value(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name));
    }

    /// The directories found by the last scan.
    List<Path> directories() {
        return nodes.values().stream().filter(Node::isDirectory).map(node -> root.resolve(node.relative)).toList();
    }

    /// Looks at everything.
    ///
    /// @return the volume as it is to be shown
    /// @throws IOException if the directory itself cannot be read, or has more than [#MOST_NODES] files
    VolumeImage scan() throws IOException {
        Map<Long, Node> found = new HashMap<>();
        Map<String, Object> attributes = Files.readAttributes(root, ATTRIBUTES);
        Node top = new Node(root.getFileSystem().getPath(""), FileType.DIRECTORY, attributes);
        top.names = 1;
        found.put(top.inode, top);
        Deque<Node> left = new ArrayDeque<>(List.of(top));
        while (!left.isEmpty()) {
            list(left.remove(), value(attributes, "dev"), found, left);
        }
        number(top, found);
        nodes = found;
        return image(found);
    }

    private void list(Node directory, Object device, Map<Long, Node> found, Deque<Node> left) throws IOException {
        Path path = root.resolve(directory.relative);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            for (Path child : children) {
                Node node = node(child, device);
                if (node == null) {
                    continue;
                }
                Node known = found.putIfAbsent(node.inode, node);
                if (known == null) {
                    node.parent = directory;
                    if (node.isDirectory()) {
                        left.add(node);
                    }
                } else if (known.isDirectory()) {
                    continue; // it has moved while the scan went on: the next one sees where to
                }
                Node named = known == null ? node : known;
                named.names++;
                directory.children.put(child.getFileName().toString(), named);
                if (found.size() > MOST_NODES) {
                    throw new IOException(root + " has more than " + MOST_NODES + " files; export a part of it");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            if (directory.names == 0 || found.size() > MOST_NODES || directory.parent == null) {
                throw e;
            }
            // Not readable, or gone by now: it is shown with what was found so far.
        }
    }

    private @Nullable Node node(Path path, Object device) {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            FileType type =
                    switch ((Integer) value(attributes, "mode") & TYPE_BITS) {
                        case DIRECTORY_BITS -> FileType.DIRECTORY;
                        case FILE_BITS -> FileType.FILE;
                        case SYMLINK_BITS -> FileType.SYMLINK;
                        default -> FileType.INVALID;
                    };
            boolean shown = type != FileType.INVALID && value(attributes, "dev").equals(device);
            return shown ? new Node(root.relativize(path), type, attributes) : null;
        } catch (IOException e) {
            return null; // gone by now
        }
    }

    /// Gives every node its FID and data version.
    private void number(Node top, Map<Long, Node> found) {
        Map<Integer, Node> taken = new HashMap<>();
        for (Node node : found.values()) {
            Node before = nodes.get(node.inode);
            if (before != null && before.type == node.type && (before.born.equals(node.born) || node.born.equals(node.modified))) {
                node.number = before.number;
                node.uniquifier = before.uniquifier;
                taken.put(node.number, node);
            }
        }
        for (Node node : found.values()) {
            if (node.number == 0) {
                node.uniquifier = node.equals(top) ? ROOT : ((int) (nanos(node.born) >>> 8) & Integer.MAX_VALUE) | 1;
                node.number = node.equals(top) ? ROOT : free(node, taken);
                taken.put(node.number, node);
            }
            Node before = nodes.get(node.inode);
            node.dataVersion = Math.max(1, nanos(node.modified));
            if (before != null && before.uniquifier == node.uniquifier) {
                long least = node.isUnchanged(before) ? before.dataVersion : before.dataVersion + 1;
                node.dataVersion = node.isUnchanged(before) ? least : Math.max(least, node.dataVersion);
            }
        }
    }

    private static int free(Node node, Map<Integer, Node> taken) {
        int at = (int) node.inode & NUMBER_MASK;
        int number = 0;
        while (number <= ROOT || taken.containsKey(number)) {
            number = 2 * at + (node.isDirectory() ? 1 : 0);
            at = (at + 1) & NUMBER_MASK;
        }
        return number;
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    private VolumeImage image(Map<Long, Node> found) throws IOException {
        Map<Integer, StoredVnode> vnodes = new HashMap<>();
        Map<Integer, DirectoryEditor> directories = new HashMap<>();
        Map<Integer, FileContents> files = new HashMap<>();
        for (Node node : found.values()) {
            Node parent = node.parent;
            long length;
            if (node.isDirectory()) {
                node.directory = directory(node, parent == null ? node : parent);
                directories.put(node.number, node.directory);
                length = node.directory.lengthBytes();
            } else {
                node.contents = contents(node);
                files.put(node.number, node.contents);
                length = node.contents.lengthBytes();
            }
            long subdirectories = node.children.values().stream().filter(Node::isDirectory).count();
            vnodes.put(
                    node.number,
                    new StoredVnode(
                            node.number,
                            node.uniquifier,
                            node.type,
                            parent == null ? 0 : parent.number,
                            node.isDirectory() ? 2 + (int) subdirectories : node.names,
                            node.dataVersion,
                            ANONYMOUS,
                            ROOT_OWNER,
                            0,
                            node.modeBits,
                            (int) node.modified.getEpochSecond(),
                            (int) node.modified.getEpochSecond(),
                            length,
                            node.isDirectory() ? ACL : ""));
        }
        return new VolumeImage(vnodes, directories, files);
    }

    private static DirectoryEditor directory(Node node, Node parent) {
        DirectoryEditor editor = DirectoryEditor.create(node.number, node.uniquifier, parent.number, parent.uniquifier);
        for (Map.Entry<String, Node> child : node.children.entrySet()) {
            try {
                editor.add(child.getKey(), child.getValue().number, child.getValue().uniquifier);
            } catch (DirectoryFullException | IllegalArgumentException e) {
                System.getLogger(HostTree.class.getName())
                        .log(System.Logger.Level.DEBUG, "{0} of {1} is not shown: {2}", child.getKey(), node.relative, e.getMessage());
            } catch (MalformedDirectoryException e) {
                throw new IllegalStateException("a directory just made", e);
            }
        }
        return editor;
    }

    private FileContents contents(Node node) throws IOException {
        Node before = nodes.get(node.inode);
        if (before != null && before.contents != null && node.isUnchanged(before) && before.uniquifier == node.uniquifier) {
            return before.contents;
        }
        if (node.type == FileType.FILE) {
            return HostFile.contents(root, node.relative, node.lengthBytes);
        }
        FileContents target = new FileContents(new HeapStore().file(new FileKey(0, node.number, node.uniquifier)));
        byte[] bytes = target(node).getBytes(StandardCharsets.UTF_8);
        try (FileContents.Incoming incoming = target.incoming(0)) {
            incoming.add(bytes);
            target.write(incoming);
        }
        return target;
    }

    /// Where a symlink leads, as it says: clients follow it in AFS's names, this server never does.
    private String target(Node node) {
        try {
            return Files.readSymbolicLink(root.resolve(node.relative)).toString();
        } catch (IOException e) {
            return "?"; // gone by now, and so at the next scan
        }
    }
}
