package org.afs4j.cell;

import java.util.PriorityQueue;
import java.util.Set;

/// Vnode numbers of one parity: the lowest free one is used first.
///
/// Locks: the volume's.
final class VnodeNumbers {
    private final PriorityQueue<Integer> free = new PriorityQueue<>();
    private int next;

    VnodeNumbers(int first) {
        next = first;
    }

    VnodeNumbers(VnodeNumbers original) {
        next = original.next;
        free.addAll(original.free);
    }

    /// Knows which numbers are in use: those of its parity among them.
    void reserve(Set<Integer> used) {
        int first = next;
        for (int number : used) {
            if ((number & 1) == (first & 1)) {
                next = Math.max(next, number + 2);
            }
        }
        for (int number = first; number < next; number += 2) {
            if (!used.contains(number)) {
                free.add(number);
            }
        }
    }

    int take() {
        Integer number = free.poll();
        if (number == null) {
            number = next;
            next += 2;
        }
        return number;
    }

    void giveBack(int number) {
        free.add(number);
    }
}
