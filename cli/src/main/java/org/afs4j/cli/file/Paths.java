package org.afs4j.cli.file;

import java.io.IOException;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsPath;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// What several commands ask of paths.
final class Paths {
    private Paths() {}

    /// What AFS tells of a path, or null if there is nothing.
    static @Nullable AfsFileInfo infoOrNull(AfsClient client, String path, boolean followLink) throws IOException {
        try {
            return client.info(path, followLink);
        } catch (AfsFileException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
    }

    static boolean isDirectory(AfsClient client, String path) throws IOException {
        @Nullable AfsFileInfo info = infoOrNull(client, path, true);
        return info != null && info.isDirectory();
    }

    /// The path that a copy or move to a path really has: in it, if it is a directory.
    static String inDirectory(AfsClient client, String from, String to) throws IOException {
        return isDirectory(client, to) ? AfsPath.parse(to).resolve(FileCopy.name(from)).toString() : to;
    }

    /// Whether an entry of a directory is a mount point: what is seen there is another volume's root, which is always
    /// vnode 1.
    static boolean isMountPoint(AfsFileInfo entry) {
        return entry.fid().vnode() == 1;
    }
}
