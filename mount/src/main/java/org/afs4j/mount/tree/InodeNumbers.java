package org.afs4j.mount.tree;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.afs4j.protocol.Fid;

/// Numbers of inodes: the volume's number in the high half, the vnode's in the low one. So they are unique in the mount, and the same
/// the next time, as volume ids are unique in a cell. Where a volume of another cell has the same id it gets a number of its own.
///
/// Threads: any; no method blocks.
public final class InodeNumbers {
    /// One volume of one cell.
    private record Key(String cell, int volumeId) {}

    /// Odd, so that its multiples go through all numbers.
    private static final int STEP = 0x9e3779b1;

    private final ConcurrentMap<Integer, Key> byNumber = new ConcurrentHashMap<>();
    private final ConcurrentMap<Key, Integer> numbers = new ConcurrentHashMap<>();

    /// Makes an empty table.
    public InodeNumbers() {}

    /// The number of a vnode's inode.
    ///
    /// @param cell the cell that it is in
    /// @param fid which it is
    public long number(String cell, Fid fid) {
        Key key = new Key(cell, fid.volumeId());
        Integer known = numbers.get(key);
        int volume = known == null ? number(key) : known;
        return (long) volume << 32 | Integer.toUnsignedLong(fid.vnode());
    }

    private int number(Key key) {
        int number = key.volumeId();
        Key taken = byNumber.putIfAbsent(number, key);
        while (taken != null && !taken.equals(key)) {
            number += STEP;
            taken = byNumber.putIfAbsent(number, key);
        }
        numbers.put(key, number);
        return number;
    }
}
