package org.afs4j.protocol.directory;

import org.afs4j.protocol.Fid;

/// An entry of a directory.
///
/// @param name the name; bytes that are no UTF-8 are kept as lone surrogates U+DC80 to U+DCFF
/// @param vnode the vnode's number; odd for directories, even for files and symlinks
/// @param uniquifier the vnode's uniquifier
/// @param slot where the entry is in the directory, 13 or more; grows along an iteration, kept while the entry stays
/// @param nextSlot where an iteration goes on after this entry
public record DirectoryEntry(String name, int vnode, int uniquifier, int slot, int nextSlot) {
    /// What the entry names.
    ///
    /// @param volumeId the directory's volume: entries name vnodes of the same volume only
    public Fid fid(int volumeId) {
        return new Fid(volumeId, vnode, uniquifier);
    }

    /// Whether the entry names a directory, to judge by its vnode's number.
    public boolean isDirectory() {
        return (vnode & 1) != 0;
    }
}
