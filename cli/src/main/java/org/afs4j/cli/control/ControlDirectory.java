package org.afs4j.cli.control;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The private directory of a user's control sockets: `$XDG_RUNTIME_DIR/afs4j`, or `/tmp/afs4j-USER`.
final class ControlDirectory {
    static final String RUNTIME_VARIABLE = "XDG_RUNTIME_DIR";
    private static final String SUFFIX = ".sock";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path path;

    ControlDirectory(Map<String, String> variables) {
        String runtime = variables.get(RUNTIME_VARIABLE);
        path = runtime == null ? Path.of("/tmp", "afs4j-" + System.getProperty("user.name")) : Path.of(runtime, "afs4j");
    }

    /// Where the socket of a process is.
    Path socket(String name) {
        return path.resolve(name + SUFFIX);
    }

    /// Makes the directory if it is not there.
    ///
    /// @throws IOException if it cannot be made, or what is there could be another user's
    void make() throws IOException {
        try {
            Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            requirePrivate();
        }
    }

    private void requirePrivate() throws IOException {
        PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean ours = found.owner().getName().equals(System.getProperty("user.name"));
        if (!found.isDirectory() || !ours || !found.permissions().equals(OWNER_ONLY)) {
            throw new IOException(path + ": not a directory of ours alone (mode 0700)");
        }
    }

    /// The sockets that are there, of processes that run or have died.
    List<Path> sockets() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        requirePrivate();
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(each -> each.toString().endsWith(SUFFIX)).sorted().toList();
        }
    }
}
