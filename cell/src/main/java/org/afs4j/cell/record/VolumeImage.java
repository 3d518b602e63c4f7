package org.afs4j.cell.record;

import java.util.Map;
import org.afs4j.cell.store.FileContents;
import org.afs4j.protocol.directory.DirectoryEditor;

/// All of a volume at one moment, as something other than clients' changes makes it. By vnode number.
///
/// Ownership: the volume's that shows it.
///
/// @param vnodes every vnode, the root (1) among them, with a sound tree of directories
/// @param directories the contents of the directories
/// @param files the contents of files and symlinks
public record VolumeImage(
        Map<Integer, StoredVnode> vnodes, Map<Integer, DirectoryEditor> directories, Map<Integer, FileContents> files) {}
