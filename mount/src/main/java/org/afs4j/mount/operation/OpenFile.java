package org.afs4j.mount.operation;

import org.afs4j.client.AfsFile;
import org.afs4j.mount.tree.Node;

/// A file that the kernel has open.
///
/// @param node the node
/// @param file the file
/// @param writable whether it may be written
record OpenFile(Node node, AfsFile file, boolean writable) {}
