package org.afs4j.system.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFile;
import org.afs4j.protocol.fs.FileType;
import org.jspecify.annotations.Nullable;

/// What a directory tree has to be: names, which of them are the same file, and the bytes.
final class ModelTree {
    /// A file; its names are the same object.
    static final class Contents {
        byte[] bytes = new byte[0];
    }

    /// By path below the tree's root; null for a directory.
    final TreeMap<String, @Nullable Contents> names = new TreeMap<>();

    ModelTree copy() {
        ModelTree copy = new ModelTree();
        copy.names.putAll(names);
        return copy;
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    boolean isEmpty(String directory) {
        return names.keySet().stream().noneMatch(path -> parent(path).equals(directory));
    }

    int linkCount(@Nullable Contents contents, String path) {
        if (contents != null) {
            return (int) names.values().stream().filter(other -> Objects.equals(other, contents)).count();
        }
        return 2 + (int) names.entrySet().stream()
                .filter(entry -> entry.getValue() == null && parent(entry.getKey()).equals(path))
                .count();
    }

    /// Compares with what a client sees.
    ///
    /// @param root the tree's root
    /// @return the first difference, or an empty text
    String difference(AfsClient client, String root) throws IOException {
        Map<String, Integer> seen = new TreeMap<>();
        String found = compare(client, root, "", seen);
        if (!found.isEmpty()) {
            return found;
        }
        return seen.keySet().equals(names.keySet()) ? "" : "names " + seen.keySet() + " instead of " + names.keySet();
    }

    private String compare(AfsClient client, String root, String directory, Map<String, Integer> seen) throws IOException {
        for (AfsEntry entry : client.listWithInfo(root + (directory.isEmpty() ? "" : "/" + directory))) {
            String path = directory.isEmpty() ? entry.name() : directory + "/" + entry.name();
            seen.put(path, entry.info().linkCount());
            if (!names.containsKey(path)) {
                return path + " should not be there";
            }
            Contents contents = names.get(path);
            boolean isDirectory = entry.info().type() == FileType.DIRECTORY;
            if (isDirectory != (contents == null)) {
                return path + " is a " + entry.info().type();
            }
            int linkCount = linkCount(contents, path);
            if (entry.info().linkCount() != linkCount) {
                return path + " has link count " + entry.info().linkCount() + " instead of " + linkCount;
            }
            String inside = contents == null
                    ? compare(client, root, path, seen)
                    : differentBytes(path, contents.bytes, read(client, root + "/" + path));
            if (!inside.isEmpty()) {
                return inside;
            }
        }
        return "";
    }

    private static String differentBytes(String path, byte[] expected, byte[] found) {
        int at = Arrays.mismatch(expected, found);
        return at < 0 ? "" : path + " differs from byte " + at + " on; it has " + found.length + ", not " + expected.length;
    }

    private static byte[] read(AfsClient client, String path) throws IOException {
        try (AfsFile file = client.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            while (bytes.hasRemaining() && file.read(bytes.position(), bytes) >= 0) {
                // until all is read
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }
}
