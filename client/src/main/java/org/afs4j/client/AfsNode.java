package org.afs4j.client;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;
import org.jspecify.annotations.Nullable;

/// A file, directory or symlink by itself and not by a path: what serves a kernel, a protocol server or whoever else keeps
/// track of names himself. `/afs` is one too, a directory that lists the cells.
///
/// A node has nothing to be closed and costs the cache nothing: a vnode that has been evicted is brought back by the next use. A
/// node stays what it is when its name changes, and is ESTALE or ENOENT once it is removed.
///
/// Names are strings as `NameCodec` makes them of bytes: every byte but `/` and NUL comes through, whether or not it is UTF-8.
/// Failures are those of [AfsClient], without a path.
///
/// Threads: any. Blocks: every method but [#cell()] and [#fid()], for calls to servers.
public sealed interface AfsNode permits CellsNode, VnodeNode {
    /// The name of the cell that it is in; empty for `/afs`.
    String cell();

    /// Its name within the cell; `0.1.1` for `/afs`.
    Fid fid();

    /// What AFS tells of it now. Costs no call while a promise holds, and no allocation while nothing has changed.
    ///
    /// @throws IOException if it cannot be told
    AfsFileInfo info() throws IOException;

    /// For how long what [#info()], [#lookUp(String)] and [#list] have just told may be believed without asking again, if no watch
    /// tells otherwise: as long as the server's promise is trusted. Never blocks.
    ///
    /// @return nanoseconds; 0 if nothing is promised
    long trustedNanos();

    /// Watches the node, for those who keep what they were told: a break of whatever kind, the end of a promise, and somebody else's
    /// change that turned up otherwise are passed on, and the server is probed as that of a mapped file is.
    ///
    /// @param doubted told each time that what was told may be old, some time after the server was answered; must not block, and
    ///     runs with no lock held
    /// @return the watch, to be closed by the caller
    AfsWatch watch(Runnable doubted);

    /// What a name in this directory stands for. A mount point stands for the root of the volume that it leads to; a symlink is
    /// not followed. `.` is this directory and `..` the one above, over mount points too.
    ///
    /// @param name the name
    /// @throws IOException if there is none (ENOENT), this is no directory, or it cannot be told
    AfsNode lookUp(String name) throws IOException;

    /// What a name in this directory stands for, as [#lookUp(String)], for those to whom a name that is not there is no failure.
    ///
    /// @param name the name
    /// @return null if this is a directory without the name
    /// @throws IOException if this is no directory, or it cannot be told
    @Nullable AfsNode find(String name) throws IOException;

    /// Lists part of a directory, `.` and `..` included, in its own order.
    ///
    /// A listing that is taken up again while the directory changes tells each entry that stays all the time exactly once.
    ///
    /// @param cookie 0 to begin, then [AfsNodeEntry#nextCookie()] of the last entry that was taken
    /// @param most how many entries at most, more than 0
    /// @return the entries; empty at the end
    /// @throws IOException if this is no directory, or it cannot be read
    List<AfsNodeEntry> list(long cookie, int most) throws IOException;

    /// Has the status of entries asked for 50 at a time, so that [#lookUp] and [#info()] of them need not ask: what `ls -l` wants.
    ///
    /// @param entries entries of this directory, as listed
    /// @throws IOException if no server answers; an entry that may not be asked about is left out
    void prefetch(List<AfsNodeEntry> entries) throws IOException;

    /// Has the status of what a name in this directory stands for, and of entries that come after it, asked for in one call, unless a
    /// promise holds on the first: what a program wants that looks up one name after the other.
    ///
    /// @param name the name, which need not exist
    /// @throws IOException if this is no directory, or no server answers
    void prefetchFrom(String name) throws IOException;

    /// The target of a symlink, or the text of a mount point.
    ///
    /// @throws IOException if this is none (EINVAL), or it cannot be read
    String readLink() throws IOException;

    /// Makes a file in this directory.
    ///
    /// @param name its name
    /// @param mode its mode bits, 0 to 07777
    /// @throws IOException if it exists already (EEXIST), or cannot be made
    AfsNode createFile(String name, int mode) throws IOException;

    /// Makes a directory in this directory.
    ///
    /// @param name its name
    /// @param mode its mode bits, 0 to 07777
    /// @throws IOException if it exists already (EEXIST), or cannot be made
    AfsNode makeDirectory(String name, int mode) throws IOException;

    /// Makes a symlink in this directory.
    ///
    /// @param name its name
    /// @param target what it says
    /// @throws IOException if it exists already (EEXIST), or cannot be made
    AfsNode makeSymlink(String name, String target) throws IOException;

    /// Makes a mount point in this directory.
    ///
    /// @param name its name
    /// @param target `#` or `%`, an optional `cell:`, the volume's name, and a closing `.`; the volume need not exist
    /// @throws IOException if it exists already (EEXIST), or cannot be made
    void makeMountPoint(String name, String target) throws IOException;

    /// Gives a file a further name in this directory, which has to be its own.
    ///
    /// @param name the further name
    /// @param file the file
    /// @throws IOException if the name exists already (EEXIST), the file is of another directory (EXDEV), or it cannot be made
    void makeLink(String name, AfsNode file) throws IOException;

    /// Removes a file, symlink or mount point from this directory.
    ///
    /// @param name its name
    /// @throws IOException if there is none (ENOENT), it is a directory (EISDIR), or it cannot be removed
    void remove(String name) throws IOException;

    /// Removes an empty directory from this one.
    ///
    /// @param name its name
    /// @throws IOException if there is none (ENOENT), it is none (ENOTDIR), it is not empty (ENOTEMPTY), or it cannot be removed
    void removeDirectory(String name) throws IOException;

    /// Renames an entry of this directory, over what has the new name.
    ///
    /// @param name the name here
    /// @param to the directory that it goes to, of the same volume
    /// @param newName the name there
    /// @throws IOException if it cannot be renamed; EXDEV across volumes
    void rename(String name, AfsNode to, String newName) throws IOException;

    /// Sets mode, owner, group or the time of the last change, as many as are given, in one call.
    ///
    /// @param attributes what to set
    /// @throws IOException if they cannot be set
    void setAttributes(StoreStatus attributes) throws IOException;

    /// Cuts the file, or makes it longer with zeros; the server has the new size when this returns.
    ///
    /// @param sizeBytes the new size, 0 or more
    /// @throws IOException if this is no file, or the server refuses or cannot be asked
    void truncate(long sizeBytes) throws IOException;

    /// What AFS tells of the volume that it is in.
    ///
    /// @throws IOException if this is `/afs`, or the server refuses or cannot be asked
    VolumeStatus volumeStatus() throws IOException;

    /// The access list of a directory.
    ///
    /// @throws IOException if this is none, or the server refuses or cannot be asked
    String accessList() throws IOException;

    /// Opens the file.
    ///
    /// @param options how; none means for reading only. Those that create are without effect
    /// @return the file, to be closed by the caller
    /// @throws IOException if this is no file, or cannot be opened
    AfsFile open(AfsOpenOption... options) throws IOException;
}
