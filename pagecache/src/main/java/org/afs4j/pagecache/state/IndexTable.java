package org.afs4j.pagecache.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A table from indices, 0 to 2⁶³ − 1, to values: a radix tree that is as high as the greatest index needs, and holds no node
/// without a value beneath it.
///
/// Threads: [#get(long)] from any without a lock, and without allocation; it may miss a value that is being put, never see one
/// half made, as far as the value's fields are final or may be seen as zero. The others under one lock of the owner.
///
/// @param <T> the values
public final class IndexTable<T> {
    private static final int NODE_SHIFT = 6;
    private static final int NODE_SIZE = 1 << NODE_SHIFT;
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(Object[].class);

    private static final class Root {
        /// How far an index is shifted to find its slot in the node.
        final int shift;
        final Object[] node;

        Root(int shift, Object[] node) {
            this.shift = shift;
            this.node = node;
        }
    }

    private static final Root EMPTY = new Root(0, new Object[NODE_SIZE]);

    private volatile Root root = EMPTY;

    /// Looks at a value.
    ///
    /// @param <T> the values
    public interface Visitor<T> {
        /// Looks at a value.
        ///
        /// @param index where it is
        /// @param value what it is
        /// @return whether to go on
        boolean visit(long index, T value);
    }

    /// The value at an index, or null if there is none.
    @SuppressWarnings("unchecked") // leaves hold values only
    public @Nullable T get(long index) {
        Root top = root;
        if (index >>> top.shift >= NODE_SIZE) {
            return null;
        }
        Object at = top.node;
        for (int shift = top.shift; shift >= 0; shift -= NODE_SHIFT) {
            at = SLOTS.getAcquire((Object[]) at, slot(index, shift));
            if (at == null) {
                return null;
            }
        }
        return (T) at;
    }

    /// Puts a value at an index, in place of what may be there.
    @SuppressWarnings("ReferenceEquality") // there is one empty root, and nothing is ever put into it
    public void put(long index, T value) {
        if (root == EMPTY) {
            root = new Root(0, new Object[NODE_SIZE]);
        }
        while (index >>> root.shift >= NODE_SIZE) {
            Object[] higher = new Object[NODE_SIZE];
            higher[0] = root.node;
            root = new Root(root.shift + NODE_SHIFT, higher);
        }
        Object[] node = root.node;
        for (int shift = root.shift; shift > 0; shift -= NODE_SHIFT) {
            Object next = node[slot(index, shift)];
            if (next == null) {
                next = new Object[NODE_SIZE];
                SLOTS.setRelease(node, slot(index, shift), next);
            }
            node = (Object[]) next;
        }
        SLOTS.setRelease(node, slot(index, 0), value);
    }

    /// Takes the value at an index away, with the nodes that are empty then.
    public void remove(long index) {
        if (index >>> root.shift < NODE_SIZE) {
            boolean ignored = removeBelow(root.node, root.shift, index);
        }
    }

    /// Removes below a node; says whether the node is empty now.
    private static boolean removeBelow(Object[] node, int shift, long index) {
        int slot = slot(index, shift);
        if (node[slot] == null || (shift > 0 && !removeBelow((Object[]) node[slot], shift - NODE_SHIFT, index))) {
            return false;
        }
        SLOTS.setRelease(node, slot, null);
        for (Object left : node) {
            if (left != null) {
                return false;
            }
        }
        return true;
    }

    /// Visits the values of a range in ascending order; the visitor may remove the value that it visits.
    ///
    /// @param fromIndex the first
    /// @param toIndex the one after the last
    public void forEach(long fromIndex, long toIndex, Visitor<T> visitor) {
        boolean ignored = visitBelow(root.node, root.shift, 0, fromIndex, toIndex, visitor);
    }

    @SuppressWarnings("unchecked") // leaves hold values only
    private boolean visitBelow(Object[] node, int shift, long base, long fromIndex, long toIndex, Visitor<T> visitor) {
        int first = Math.clamp((fromIndex - base) >> shift, 0, NODE_SIZE);
        for (int slot = first; slot < NODE_SIZE; slot++) {
            long at = base + ((long) slot << shift);
            if (at >= toIndex) {
                return false;
            }
            Object value = node[slot];
            if (value == null) {
                continue;
            }
            boolean goOn = shift == 0
                    ? visitor.visit(at, (T) value)
                    : visitBelow((Object[]) value, shift - NODE_SHIFT, at, fromIndex, toIndex, visitor);
            if (!goOn) {
                return false;
            }
        }
        return true;
    }

    private static int slot(long index, int shift) {
        return (int) (index >>> shift) & (NODE_SIZE - 1);
    }
}
