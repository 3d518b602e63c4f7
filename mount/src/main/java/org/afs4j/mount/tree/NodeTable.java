package org.afs4j.mount.tree;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.afs4j.client.AfsNode;
import org.afs4j.mount.session.KernelNotifier;
import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;

/// The nodes that the kernel knows, each with the count of how often it was told of it: the kernel forgets them by such counts.
///
/// Invariant: a node is in both maps or in none, but for the moment in which it is added or removed; numbers are never used again.
///
/// Threads: any; nothing blocks.
public final class NodeTable {
    /// FUSE_ROOT_ID: what the kernel calls the root.
    public static final long ROOT_ID = 1;

    private final ConcurrentMap<Long, Node> byId = new ConcurrentHashMap<>();
    private final ConcurrentMap<AfsNode, Node> byFile = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong(ROOT_ID + 1);
    private final InodeNumbers inodes = new InodeNumbers();
    private final KernelNotifier notifier;

    /// Makes a table with nothing but a root.
    ///
    /// @param root the root
    /// @param notifier tells the kernel what it must not believe
    public NodeTable(AfsNode root, KernelNotifier notifier) {
        this.notifier = notifier;
        Node node = new Node(ROOT_ID, root, inode(root), notifier);
        byId.put(ROOT_ID, node);
        byFile.put(root, node);
        node.beginWatch();
    }

    /// The number of a node's inode.
    ///
    /// @param file the node
    public long inode(AfsNode file) {
        return inodes.number(file.cell(), file.fid());
    }

    /// The number of an inode.
    ///
    /// @param cell the cell that it is in
    /// @param fid which it is
    public long inode(String cell, Fid fid) {
        return inodes.number(cell, fid);
    }

    /// The node of a number; null if the kernel should not know it.
    public @Nullable Node find(long id) {
        return byId.get(id);
    }

    /// The node of a file, if the kernel knows it.
    public @Nullable Node find(AfsNode file) {
        return byFile.get(file);
    }

    /// The node of a file, made if there is none, which the kernel is about to be told of once.
    ///
    /// @param file the file
    public Node remember(AfsNode file) {
        Node found = byFile.compute(file, (key, known) -> {
            Node node = known;
            if (node == null) {
                node = new Node(nextId.getAndIncrement(), key, inode(key), notifier);
                byId.put(node.id(), node);
            }
            node.addLookup();
            return node;
        });
        found.beginWatch(); // with no lock of the table held
        return found;
    }

    /// Takes note that the kernel forgets a node, or was not told of it after all.
    ///
    /// @param id the node's number
    /// @param count how often
    public void forget(long id, long count) {
        Node found = byId.get(id);
        if (found == null || id == ROOT_ID) {
            return;
        }
        boolean kept = byFile.computeIfPresent(found.file(), (key, node) -> node.forget(count) ? null : node) != null;
        if (!kept && byId.remove(id) != null) {
            found.endWatch();
        }
    }

    /// How many nodes the kernel knows.
    public int size() {
        return byId.size();
    }

    /// Ends all watches.
    public void close() {
        byId.values().forEach(Node::endWatch);
    }
}
