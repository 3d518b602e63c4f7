package org.afs4j.protocol.directory;

import static org.afs4j.protocol.directory.DirectoryLayout.COUNTED_PAGES;
import static org.afs4j.protocol.directory.DirectoryLayout.FIRST_PAGE_HEADER_SLOTS;
import static org.afs4j.protocol.directory.DirectoryLayout.FREE_COUNTS_OFFSET;
import static org.afs4j.protocol.directory.DirectoryLayout.MAX_PAGES;
import static org.afs4j.protocol.directory.DirectoryLayout.PAGE_BYTES;
import static org.afs4j.protocol.directory.DirectoryLayout.PAGE_COUNT_OFFSET;
import static org.afs4j.protocol.directory.DirectoryLayout.SLOTS_PER_PAGE;
import static org.afs4j.protocol.directory.DirectoryLayout.SLOT_BYTES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A directory's contents in memory of their own, with the changes that a file server makes to them: the same slots are
/// chosen, so that a change made here to a copy gives what the server then has.
///
/// Invariant: after every change the contents pass [DirectoryContents#verify()] if they did before.
///
/// Source: OpenAFS `src/dir/dir.c`; Linux `fs/afs/dir_edit.c`.
/// Threads: one at a time.
public final class DirectoryEditor {
    private byte[] bytes;
    private DirectoryContents contents;
    private BitSet changedPages = new BitSet();

    private DirectoryEditor(byte[] bytes, DirectoryContents contents) {
        this.bytes = bytes;
        this.contents = contents;
    }

    /// Makes a new directory, with `.` and `..`.
    ///
    /// @param vnode the directory's vnode number
    /// @param uniquifier the directory's uniquifier
    /// @param parentVnode its parent's vnode number; a volume's root is its own parent
    /// @param parentUniquifier its parent's uniquifier
    public static DirectoryEditor create(int vnode, int uniquifier, int parentVnode, int parentUniquifier) {
        byte[] bytes = new byte[PAGE_BYTES];
        ByteBuffer image = ByteBuffer.wrap(bytes);
        DirectoryLayout.putShort(image, PAGE_COUNT_OFFSET, 1);
        formatPage(image, 0, FIRST_PAGE_HEADER_SLOTS);
        Arrays.fill(bytes, FREE_COUNTS_OFFSET, FREE_COUNTS_OFFSET + COUNTED_PAGES, (byte) SLOTS_PER_PAGE);
        bytes[FREE_COUNTS_OFFSET] = (byte) (SLOTS_PER_PAGE - FIRST_PAGE_HEADER_SLOTS);
        try {
            DirectoryEditor editor = new DirectoryEditor(bytes, DirectoryContents.of(bytes));
            editor.changedPages.set(0);
            editor.add(".", vnode, uniquifier);
            editor.add("..", parentVnode, parentUniquifier);
            return editor;
        } catch (MalformedDirectoryException | DirectoryFullException e) {
            throw new AssertionError(e);
        }
    }

    /// Takes existing contents.
    ///
    /// @param image the directory's data, the whole of it; copied
    /// @throws MalformedDirectoryException if it is no directory, or one whose parts contradict each other: a change could then
    ///     damage it more
    public static DirectoryEditor of(MemorySegment image) throws MalformedDirectoryException {
        byte[] bytes = image.toArray(ValueLayout.JAVA_BYTE);
        DirectoryContents.of(bytes).verify();
        return ofVerified(bytes);
    }

    /// Takes contents whose parts are known to agree, for they come from an editor or have been verified: so that a change costs the
    /// same whatever the directory holds.
    ///
    /// @param image the directory's data, the whole of it; the editor's from now on
    /// @throws MalformedDirectoryException if it is no directory
    public static DirectoryEditor ofVerified(byte[] image) throws MalformedDirectoryException {
        byte[] bytes = image;
        DirectoryContents contents = DirectoryContents.of(bytes);
        if (bytes.length > contents.lengthBytes()) {
            bytes = Arrays.copyOf(bytes, contents.lengthBytes());
            contents = DirectoryContents.of(bytes);
        }
        return new DirectoryEditor(bytes, contents);
    }

    /// Takes existing contents from an array.
    ///
    /// @param image as for [#of(MemorySegment)]
    /// @throws MalformedDirectoryException as [#of(MemorySegment)]
    public static DirectoryEditor of(byte[] image) throws MalformedDirectoryException {
        return of(MemorySegment.ofArray(image));
    }

    /// How long the contents are, a multiple of 2048.
    public int lengthBytes() {
        return bytes.length;
    }

    /// Which pages of 2048 bytes, from 0, have changed since this was asked last, or since the contents were taken; all of a new
    /// directory's have.
    public BitSet takeChangedPages() {
        BitSet changed = changedPages;
        changedPages = new BitSet();
        return changed;
    }

    /// The contents, as a copy that is the caller's.
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /// The contents, not copied: the caller's, if the editor is not used any more.
    public byte[] takeBytes() {
        return bytes;
    }

    /// The contents as they are now, not copied: valid until the next change.
    public MemorySegment image() {
        return MemorySegment.ofArray(bytes).asReadOnly();
    }

    /// The contents as they are now, to look up names in: valid until the next change.
    public DirectoryContents contents() {
        return contents;
    }

    /// Finds a name.
    ///
    /// @param name the name
    /// @return its entry, or null if there is none
    /// @throws MalformedDirectoryException never, as long as the contents are sound
    public @Nullable DirectoryEntry lookUp(String name) throws MalformedDirectoryException {
        return contents.lookUp(name);
    }

    /// Adds an entry; its slots are the first that are free in a row within a page, else those of a new page.
    ///
    /// @param name 1 to 256 bytes, without slash or zero byte
    /// @param vnode the entry's vnode number
    /// @param uniquifier the entry's uniquifier
    /// @return false if the name is there already; nothing has changed
    /// @throws DirectoryFullException if there is no room; nothing has changed
    /// @throws MalformedDirectoryException never, as long as the contents are sound
    /// @throws IllegalArgumentException if no entry can have the name
    public boolean add(String name, int vnode, int uniquifier) throws DirectoryFullException, MalformedDirectoryException {
        byte[] encoded = DirectoryNames.encode(name);
        if (contents.find(encoded) != null) {
            return false;
        }
        int slots = DirectoryLayout.slots(encoded.length);
        int slot = findFree(slots);
        if (slot < 0) {
            throw new DirectoryFullException(slots);
        }
        int page = slot / SLOTS_PER_PAGE;
        if (page == bytes.length / PAGE_BYTES) {
            appendPage();
        }
        ByteBuffer image = ByteBuffer.wrap(bytes);
        DirectoryLayout.putBitmap(
                image, page, DirectoryLayout.bitmap(image, page) | DirectoryLayout.mask(slot % SLOTS_PER_PAGE, slots));
        countFree(page, -slots);
        int offset = slot * SLOT_BYTES;
        Arrays.fill(bytes, offset, offset + slots * SLOT_BYTES, (byte) 0);
        bytes[offset + DirectoryLayout.ENTRY_FLAG_OFFSET] = DirectoryLayout.ENTRY_FLAG_FIRST;
        putFid(image, slot, vnode, uniquifier);
        System.arraycopy(encoded, 0, bytes, offset + DirectoryLayout.ENTRY_NAME_OFFSET, encoded.length);
        int link = DirectoryLayout.HASH_TABLE_OFFSET + 2 * DirectoryLayout.hash(encoded);
        DirectoryLayout.putShort(
                image, offset + DirectoryLayout.ENTRY_NEXT_OFFSET, DirectoryLayout.unsignedShort(image, link));
        DirectoryLayout.putShort(image, link, slot);
        changedPages.set(0);
        changedPages.set(page);
        return true;
    }

    /// Says whether a name that is not there could be added.
    ///
    /// @param name 1 to 256 bytes, without slash or zero byte
    /// @throws IllegalArgumentException if no entry can have the name
    public boolean fits(String name) {
        return findFree(DirectoryLayout.slots(DirectoryNames.encode(name).length)) >= 0;
    }

    /// Removes an entry; pages are kept.
    ///
    /// @param name the name
    /// @return false if there is no such entry; nothing has changed
    /// @throws MalformedDirectoryException never, as long as the contents are sound
    /// @throws IllegalArgumentException if no entry can have the name
    public boolean remove(String name) throws MalformedDirectoryException {
        byte[] encoded = DirectoryNames.encode(name);
        DirectoryContents.Place place = contents.find(encoded);
        if (place == null) {
            return false;
        }
        ByteBuffer image = ByteBuffer.wrap(bytes);
        int slots = DirectoryLayout.slots(encoded.length);
        int page = place.slot() / SLOTS_PER_PAGE;
        int offset = place.slot() * SLOT_BYTES;
        DirectoryLayout.putShort(
                image,
                place.linkOffsetBytes(),
                DirectoryLayout.unsignedShort(image, offset + DirectoryLayout.ENTRY_NEXT_OFFSET));
        changedPages.set(0);
        changedPages.set(page);
        changedPages.set(place.linkOffsetBytes() / PAGE_BYTES);
        DirectoryLayout.putBitmap(
                image,
                page,
                DirectoryLayout.bitmap(image, page) & ~DirectoryLayout.mask(place.slot() % SLOTS_PER_PAGE, slots));
        countFree(page, slots);
        Arrays.fill(bytes, offset, offset + slots * SLOT_BYTES, (byte) 0);
        return true;
    }

    /// Lets an entry name another vnode.
    ///
    /// @param name the name; `..` of a directory that moves is one
    /// @param vnode the new vnode number
    /// @param uniquifier the new uniquifier
    /// @return false if there is no such entry; nothing has changed
    /// @throws MalformedDirectoryException never, as long as the contents are sound
    /// @throws IllegalArgumentException if no entry can have the name
    public boolean replace(String name, int vnode, int uniquifier) throws MalformedDirectoryException {
        DirectoryContents.Place place = contents.find(DirectoryNames.encode(name));
        if (place == null) {
            return false;
        }
        putFid(ByteBuffer.wrap(bytes), place.slot(), vnode, uniquifier);
        changedPages.set(place.slot() / SLOTS_PER_PAGE);
        return true;
    }

    /// The slot where so many slots in a row are free, perhaps on a page that is still to be made; −1 if there is none.
    private int findFree(int slots) {
        ByteBuffer image = ByteBuffer.wrap(bytes);
        int pages = bytes.length / PAGE_BYTES;
        for (int page = 0; page < pages; page++) {
            if (page < COUNTED_PAGES && bytes[FREE_COUNTS_OFFSET + page] < slots) {
                continue;
            }
            long starts = ~DirectoryLayout.bitmap(image, page);
            long free = starts;
            for (int i = 1; i < slots; i++) {
                starts &= free >>> i;
            }
            if (starts != 0) {
                return page * SLOTS_PER_PAGE + Long.numberOfTrailingZeros(starts);
            }
        }
        return pages < MAX_PAGES ? pages * SLOTS_PER_PAGE + 1 : -1;
    }

    private void appendPage() throws MalformedDirectoryException {
        int page = bytes.length / PAGE_BYTES;
        bytes = Arrays.copyOf(bytes, bytes.length + PAGE_BYTES);
        ByteBuffer image = ByteBuffer.wrap(bytes);
        formatPage(image, page, 1);
        DirectoryLayout.putShort(image, PAGE_COUNT_OFFSET, page + 1);
        countFree(page, -1);
        contents = DirectoryContents.of(bytes);
    }

    private static void formatPage(ByteBuffer image, int page, int headerSlots) {
        int offset = page * PAGE_BYTES;
        DirectoryLayout.putShort(image, offset + DirectoryLayout.TAG_OFFSET, DirectoryLayout.TAG);
        image.put(offset + DirectoryLayout.FREE_COUNT_OFFSET, (byte) (SLOTS_PER_PAGE - headerSlots));
        DirectoryLayout.putBitmap(image, page, DirectoryLayout.mask(0, headerSlots));
    }

    private void countFree(int page, int more) {
        if (page < COUNTED_PAGES) {
            bytes[FREE_COUNTS_OFFSET + page] += (byte) more;
        }
    }

    private static void putFid(ByteBuffer image, int slot, int vnode, int uniquifier) {
        int offset = slot * SLOT_BYTES;
        image.putInt(offset + DirectoryLayout.ENTRY_VNODE_OFFSET, vnode);
        image.putInt(offset + DirectoryLayout.ENTRY_UNIQUIFIER_OFFSET, uniquifier);
    }
}
