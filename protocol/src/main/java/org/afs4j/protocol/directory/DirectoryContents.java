package org.afs4j.protocol.directory;

import static org.afs4j.protocol.directory.DirectoryLayout.COUNTED_PAGES;
import static org.afs4j.protocol.directory.DirectoryLayout.ENTRY_NAME_OFFSET;
import static org.afs4j.protocol.directory.DirectoryLayout.FIRST_PAGE_HEADER_SLOTS;
import static org.afs4j.protocol.directory.DirectoryLayout.FREE_COUNTS_OFFSET;
import static org.afs4j.protocol.directory.DirectoryLayout.HASH_CHAINS;
import static org.afs4j.protocol.directory.DirectoryLayout.HASH_TABLE_OFFSET;
import static org.afs4j.protocol.directory.DirectoryLayout.MAX_NAME_BYTES;
import static org.afs4j.protocol.directory.DirectoryLayout.MAX_PAGES;
import static org.afs4j.protocol.directory.DirectoryLayout.PAGE_BYTES;
import static org.afs4j.protocol.directory.DirectoryLayout.PAGE_COUNT_OFFSET;
import static org.afs4j.protocol.directory.DirectoryLayout.SLOTS_PER_PAGE;
import static org.afs4j.protocol.directory.DirectoryLayout.SLOT_BYTES;
import static org.afs4j.protocol.directory.DirectoryLayout.TAG;
import static org.afs4j.protocol.directory.DirectoryLayout.TAG_OFFSET;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directory's contents as file servers send them, read in place: look-ups by name along a hash chain, iterations by slot.
///
/// Nothing in the contents is believed: every number is checked before it is followed, and a walk along a chain takes no more
/// steps than the directory has slots, so that damaged or hostile contents end in a [MalformedDirectoryException].
///
/// The contents are not copied; who changes them during a call gets an old answer, a new one or that exception.
///
/// Source: OpenAFS `src/dir/dir.c`; Linux `fs/afs/dir.c`, `fs/afs/dir_search.c`.
/// Threads: any number at once.
public final class DirectoryContents {
    private final ByteBuffer image;
    private final int pages;

    private DirectoryContents(ByteBuffer image, int pages) {
        this.image = image;
        this.pages = pages;
    }

    /// Reads contents in memory.
    ///
    /// @param image the directory's data, the whole of it; used as long as the result is
    /// @throws MalformedDirectoryException if it is no directory: its length, its page count or a page's tag is wrong; fetch it
    ///     again, or report the directory as damaged
    public static DirectoryContents of(MemorySegment image) throws MalformedDirectoryException {
        requirePages(image.byteSize());
        return read(image.asByteBuffer());
    }

    private static void requirePages(long bytes) throws MalformedDirectoryException {
        if (bytes == 0 || bytes % PAGE_BYTES != 0 || bytes > (long) MAX_PAGES * PAGE_BYTES) {
            throw new MalformedDirectoryException(bytes + " bytes are not 1 to 1023 pages of 2048");
        }
    }

    private static DirectoryContents read(ByteBuffer image) throws MalformedDirectoryException {
        int present = image.capacity() / PAGE_BYTES;
        for (int page = 0; page < present; page++) {
            int tag = DirectoryLayout.unsignedShort(image, page * PAGE_BYTES + TAG_OFFSET);
            if (tag != TAG) {
                throw new MalformedDirectoryException("page " + page + " has tag " + tag + ", not 1234");
            }
        }
        int pages = DirectoryLayout.unsignedShort(image, PAGE_COUNT_OFFSET);
        if (pages == 0) {
            pages = countOldPages(image);
        }
        if (pages == 0 || pages > present) {
            throw new MalformedDirectoryException("the header tells of " + pages + " pages, " + present + " are there");
        }
        return new DirectoryContents(image, pages);
    }

    /// Reads contents in an array.
    ///
    /// @param image as for [#of(MemorySegment)]
    /// @throws MalformedDirectoryException as [#of(MemorySegment)]
    public static DirectoryContents of(byte[] image) throws MalformedDirectoryException {
        return of(ByteBuffer.wrap(image));
    }

    /// Reads contents in a buffer.
    ///
    /// @param image the directory's data, from position to limit, whatever its byte order; the position is not moved
    /// @throws MalformedDirectoryException as [#of(MemorySegment)]
    public static DirectoryContents of(ByteBuffer image) throws MalformedDirectoryException {
        requirePages(image.remaining());
        return read(image.slice());
    }

    /// Old directories do not count their pages: those that are not there yet are marked as wholly free.
    private static int countOldPages(ByteBuffer image) {
        int pages = 0;
        for (int page = 0; page < COUNTED_PAGES; page++) {
            if (image.get(FREE_COUNTS_OFFSET + page) != SLOTS_PER_PAGE) {
                pages++;
            }
        }
        return pages;
    }

    /// How many bytes of the contents count, a multiple of 2048.
    public int lengthBytes() {
        return pages * PAGE_BYTES;
    }

    /// Whether the directory has all the pages that it can have, so that a name may find no room.
    public boolean isAtItsLongest() {
        return pages >= MAX_PAGES;
    }

    /// Finds a name.
    ///
    /// @param name the name; `.` and `..` are entries too
    /// @return its entry, or null if there is none; a string that no entry can have is not found
    /// @throws MalformedDirectoryException if the name's hash chain is damaged
    public @Nullable DirectoryEntry lookUp(String name) throws MalformedDirectoryException {
        byte[] bytes;
        try {
            bytes = DirectoryNames.encode(name);
        } catch (IllegalArgumentException impossible) {
            return null;
        }
        Place place = find(bytes);
        return place == null ? null : entryAt(place.slot(), DirectoryNames.decode(bytes), bytes.length);
    }

    /// Where an entry is on its chain.
    ///
    /// @param slot its slot
    /// @param linkOffsetBytes where the number is that leads to it: in the hash table or in the entry before it
    record Place(int slot, int linkOffsetBytes) {}

    @Nullable Place find(byte[] name) throws MalformedDirectoryException {
        int chain = DirectoryLayout.hash(name);
        int linkOffset = HASH_TABLE_OFFSET + 2 * chain;
        int slot = DirectoryLayout.unsignedShort(image, linkOffset);
        for (int steps = 0; slot != 0; steps++) {
            if (steps >= pages * SLOTS_PER_PAGE) {
                throw new MalformedDirectoryException("hash chain " + chain + " runs in a circle");
            }
            if (hasName(slot, name)) {
                return new Place(slot, linkOffset);
            }
            linkOffset = slot * SLOT_BYTES + DirectoryLayout.ENTRY_NEXT_OFFSET;
            slot = DirectoryLayout.unsignedShort(image, linkOffset);
        }
        return null;
    }

    /// All entries, `.` and `..` among them, in the order of their slots.
    ///
    /// @throws MalformedDirectoryException if an entry is damaged
    public List<DirectoryEntry> entries() throws MalformedDirectoryException {
        List<DirectoryEntry> entries = new ArrayList<>();
        for (DirectoryEntry e = nextEntry(0); e != null; e = nextEntry(e.nextSlot())) {
            entries.add(e);
        }
        return entries;
    }

    /// The first entry at or after a slot: what an iteration uses that may be left and taken up again.
    ///
    /// @param fromSlot 0 at the start, then [DirectoryEntry#nextSlot()]; any number is safe
    /// @return the entry, or null if there is no more
    /// @throws MalformedDirectoryException if the entry is damaged
    public @Nullable DirectoryEntry nextEntry(int fromSlot) throws MalformedDirectoryException {
        int slot = Math.max(fromSlot, FIRST_PAGE_HEADER_SLOTS);
        while (slot < pages * SLOTS_PER_PAGE) {
            int page = slot / SLOTS_PER_PAGE;
            // The page's header takes its first slot, whatever the bitmap says.
            long used = DirectoryLayout.bitmap(image, page) & ~1L & (-1L << (slot % SLOTS_PER_PAGE));
            if (used != 0) {
                return entryAt(page * SLOTS_PER_PAGE + Long.numberOfTrailingZeros(used));
            }
            slot = (page + 1) * SLOTS_PER_PAGE;
        }
        return null;
    }

    /// Whether the directory holds nothing but `.` and `..`.
    ///
    /// @throws MalformedDirectoryException if an entry is damaged
    public boolean isEmpty() throws MalformedDirectoryException {
        for (DirectoryEntry e = nextEntry(0); e != null; e = nextEntry(e.nextSlot())) {
            if (!e.name().equals(".") && !e.name().equals("..")) {
                return false;
            }
        }
        return true;
    }

    /// Goes along every chain.
    ///
    /// @throws MalformedDirectoryException if chains and bitmaps do not tell of the same entries
    public void verify() throws MalformedDirectoryException {
        long[] reached = new long[pages];
        for (int chain = 0; chain < HASH_CHAINS; chain++) {
            int slot = DirectoryLayout.unsignedShort(image, HASH_TABLE_OFFSET + 2 * chain);
            while (slot != 0) {
                byte[] name = nameAt(slot);
                if (DirectoryLayout.hash(name) != chain) {
                    throw new MalformedDirectoryException("slot " + slot + " is on the wrong hash chain, " + chain);
                }
                int page = slot / SLOTS_PER_PAGE;
                long mask = DirectoryLayout.mask(slot % SLOTS_PER_PAGE, DirectoryLayout.slots(name.length));
                if ((reached[page] & mask) != 0) {
                    throw new MalformedDirectoryException("slot " + slot + " is used twice");
                }
                reached[page] |= mask;
                slot = DirectoryLayout.unsignedShort(image, slot * SLOT_BYTES + DirectoryLayout.ENTRY_NEXT_OFFSET);
            }
        }
        for (int page = 0; page < pages; page++) {
            int headerSlots = page == 0 ? FIRST_PAGE_HEADER_SLOTS : 1;
            long used = reached[page] | DirectoryLayout.mask(0, headerSlots);
            if (used != DirectoryLayout.bitmap(image, page)) {
                throw new MalformedDirectoryException("page " + page + ": the bitmap and the hash chains differ");
            }
            if (page < COUNTED_PAGES
                    && image.get(FREE_COUNTS_OFFSET + page) != SLOTS_PER_PAGE - Long.bitCount(used)) {
                throw new MalformedDirectoryException("page " + page + ": the bitmap and the free count differ");
            }
        }
        for (int page = pages; page < COUNTED_PAGES; page++) {
            if (image.get(FREE_COUNTS_OFFSET + page) != SLOTS_PER_PAGE) {
                throw new MalformedDirectoryException("page " + page + " is not there but counted");
            }
        }
    }

    private DirectoryEntry entryAt(int slot) throws MalformedDirectoryException {
        byte[] name = nameAt(slot);
        return entryAt(slot, DirectoryNames.decode(name), name.length);
    }

    private DirectoryEntry entryAt(int slot, String name, int nameBytes) {
        int offset = slot * SLOT_BYTES;
        return new DirectoryEntry(
                name,
                image.getInt(offset + DirectoryLayout.ENTRY_VNODE_OFFSET),
                image.getInt(offset + DirectoryLayout.ENTRY_UNIQUIFIER_OFFSET),
                slot,
                slot + DirectoryLayout.slots(nameBytes));
    }

    private boolean hasName(int slot, byte[] name) throws MalformedDirectoryException {
        int length = nameLengthAt(slot);
        if (length != name.length) {
            return false;
        }
        int from = slot * SLOT_BYTES + ENTRY_NAME_OFFSET;
        int same = 0;
        while (same < length && image.get(from + same) == name[same]) {
            same++;
        }
        return same == length;
    }

    private byte[] nameAt(int slot) throws MalformedDirectoryException {
        int length = nameLengthAt(slot);
        byte[] name = new byte[length];
        image.get(slot * SLOT_BYTES + ENTRY_NAME_OFFSET, name);
        for (byte b : name) {
            if (b == '/') {
                throw new MalformedDirectoryException("the name at slot " + slot + " holds a slash");
            }
        }
        return name;
    }

    private int nameLengthAt(int slot) throws MalformedDirectoryException {
        int page = slot / SLOTS_PER_PAGE;
        int headerSlots = page == 0 ? FIRST_PAGE_HEADER_SLOTS : 1;
        if (page >= pages || slot % SLOTS_PER_PAGE < headerSlots) {
            throw new MalformedDirectoryException("slot " + slot + " of " + pages + " pages cannot be an entry");
        }
        int from = slot * SLOT_BYTES + ENTRY_NAME_OFFSET;
        int end = Math.min((page + 1) * PAGE_BYTES, from + MAX_NAME_BYTES + 1);
        for (int offset = from; offset < end; offset++) {
            if (image.get(offset) == 0) {
                int length = offset - from;
                if (length == 0) {
                    throw new MalformedDirectoryException("the entry at slot " + slot + " has no name");
                }
                if (slot % SLOTS_PER_PAGE + DirectoryLayout.slots(length) > SLOTS_PER_PAGE) {
                    throw new MalformedDirectoryException("the entry at slot " + slot + " crosses its page");
                }
                return length;
            }
        }
        throw new MalformedDirectoryException("the name at slot " + slot + " does not end");
    }
}
