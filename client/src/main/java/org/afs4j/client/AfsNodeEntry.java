package org.afs4j.client;

import org.afs4j.client.cache.UnlinkedFiles;
import org.afs4j.protocol.Fid;

/// An entry of a directory as it is written there, without asking about what it names.
///
/// @param name its name
/// @param fid what it names, in the directory's volume; of a mount point, the mount point itself
/// @param nextCookie where to take the listing up again after it
public record AfsNodeEntry(String name, Fid fid, long nextCookie) {
    /// Whether it names a directory: those have odd vnode numbers. A mount point is told as no directory.
    public boolean isDirectory() {
        return (fid.vnode() & 1) != 0;
    }

    /// Whether it may be there only because a file that was removed is still open: its name is of that kind, which leaves open
    /// whether somebody gave it by himself.
    public boolean mayBeUnlinked() {
        return UnlinkedFiles.mayHaveNamed(name);
    }
}
