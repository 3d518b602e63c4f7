package org.afs4j.client.lock;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Byte ranges that owners have locked in one file, as POSIX has them: an owner's new lock replaces what it had in the range, and
/// an owner is never in its own way.
///
/// Invariants: an owner's ranges do not overlap; exclusive ranges overlap with none of another owner.
///
/// Locks: the caller's.
final class LockRanges {
    /// One locked range.
    ///
    /// @param owner whose
    /// @param fromBytes where it begins
    /// @param toBytes where it ends, exclusive; [Long#MAX_VALUE] is the end of whatever the file becomes
    /// @param shared whether others may share it
    record Range(Object owner, long fromBytes, long toBytes, boolean shared) {
        boolean overlaps(long from, long to) {
            return fromBytes < to && from < toBytes;
        }
    }

    private List<Range> ranges = new ArrayList<>();

    /// What another owner has in the way of a lock, or null.
    @Nullable Range conflict(Object owner, long from, long to, boolean shared) {
        for (Range range : ranges) {
            if (range.overlaps(from, to) && !range.owner.equals(owner) && !(shared && range.shared)) {
                return range;
            }
        }
        return null;
    }

    /// Takes a lock, in place of what the owner had there. Nothing of another owner may be in the way.
    void set(Object owner, long from, long to, boolean shared) {
        clear(owner, from, to);
        long mergedFrom = from;
        long mergedTo = to;
        for (Range range : List.copyOf(ranges)) {
            if (range.owner.equals(owner) && range.shared == shared && (range.toBytes == mergedFrom || range.fromBytes == mergedTo)) {
                ranges.remove(range);
                mergedFrom = Math.min(mergedFrom, range.fromBytes);
                mergedTo = Math.max(mergedTo, range.toBytes);
            }
        }
        ranges.add(new Range(owner, mergedFrom, mergedTo, shared));
    }

    /// Gives up what an owner has in a range.
    ///
    /// @return whether there was anything
    boolean clear(Object owner, long from, long to) {
        List<Range> kept = new ArrayList<>();
        boolean any = false;
        for (Range range : ranges) {
            if (!range.owner.equals(owner) || !range.overlaps(from, to)) {
                kept.add(range);
                continue;
            }
            any = true;
            if (range.fromBytes < from) {
                kept.add(new Range(owner, range.fromBytes, from, range.shared));
            }
            if (to < range.toBytes) {
                kept.add(new Range(owner, to, range.toBytes, range.shared));
            }
        }
        ranges = kept;
        return any;
    }

    /// Whether an owner has the whole of a range, at least as strongly as asked.
    boolean holds(Object owner, long from, long to, boolean shared) {
        long at = from;
        boolean found = true;
        while (found && at < to) {
            found = false;
            for (Range range : ranges) {
                if (range.owner.equals(owner) && range.fromBytes <= at && at < range.toBytes && (shared || !range.shared)) {
                    at = range.toBytes;
                    found = true;
                }
            }
        }
        return found;
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    int count() {
        return ranges.size();
    }

    Set<Object> owners() {
        Set<Object> owners = new LinkedHashSet<>();
        ranges.forEach(range -> owners.add(range.owner));
        return owners;
    }

    /// Forgets everything.
    void removeAll() {
        ranges = new ArrayList<>();
    }
}
