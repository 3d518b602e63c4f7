package org.afs4j.protocol.directory;

import java.nio.ByteBuffer;

/// Where things are in a directory's contents. All numbers are big endian.
///
/// A directory is a run of pages of 2048 bytes, each of 64 slots of 32 bytes:
/// ```
/// every page, slot 0       0 pages in the directory (2, page 0 only; 0 in old ones)   2 tag 1234 (2)
///                          4 free slots when new (1, not kept)   5 slots in use (8 bytes, bit 0 of byte 0 is slot 0)
/// page 0, slots 1 to 12   32 free slots of each of the first 128 pages (128; 64: no such page yet)
///                        160 first entry of each of the 128 hash chains (2 each; 0: none)
/// an entry, 1 to 9 slots   0 flag (1; 1)   1 unused (1)   2 next entry of the chain (2; 0: none)
///                          4 vnode (4)   8 uniquifier (4)   12 name, ends with a zero byte
/// ```
/// An entry is named by its slot number in the whole directory: page number × 64 + slot in the page.
///
/// Source: OpenAFS `src/dir/dir.h`, `src/dir/dir.c`.
final class DirectoryLayout {
    static final int PAGE_BYTES = 2048;
    static final int SLOT_BYTES = 32;
    static final int SLOTS_PER_PAGE = PAGE_BYTES / SLOT_BYTES;
    /// The most pages that slot numbers of 16 bits allow, the last page left out by custom.
    static final int MAX_PAGES = 1023;
    /// Pages whose free slots are counted in page 0.
    static final int COUNTED_PAGES = 128;
    static final int HASH_CHAINS = 128;
    static final int TAG = 1234;
    /// Slots of page 0 that hold no entries.
    static final int FIRST_PAGE_HEADER_SLOTS = 13;
    /// The longest name, without its zero byte.
    static final int MAX_NAME_BYTES = 256;

    static final int PAGE_COUNT_OFFSET = 0;
    static final int TAG_OFFSET = 2;
    static final int FREE_COUNT_OFFSET = 4;
    static final int BITMAP_OFFSET = 5;
    static final int BITMAP_BYTES = SLOTS_PER_PAGE / 8;
    static final int FREE_COUNTS_OFFSET = 32;
    static final int HASH_TABLE_OFFSET = 160;

    static final int ENTRY_FLAG_OFFSET = 0;
    static final int ENTRY_NEXT_OFFSET = 2;
    static final int ENTRY_VNODE_OFFSET = 4;
    static final int ENTRY_UNIQUIFIER_OFFSET = 8;
    static final int ENTRY_NAME_OFFSET = 12;
    static final byte ENTRY_FLAG_FIRST = 1;

    private DirectoryLayout() {}

    /// The chain, 0 to 127, that a name is on.
    static int hash(byte[] name) {
        int hash = 0;
        for (byte b : name) {
            hash = hash * 173 + (b & 0xFF);
        }
        int chain = hash & (HASH_CHAINS - 1);
        return hash < 0 && chain != 0 ? HASH_CHAINS - chain : chain;
    }

    /// How many slots an entry takes: the first counts for 16 bytes of name, zero byte included, the others for 32 each.
    static int slots(int nameBytes) {
        return 1 + ((nameBytes + 1 + 15) >> 5);
    }

    /// Reads two bytes of an image: a buffer in network byte order, as all here.
    static int unsignedShort(ByteBuffer image, int offsetBytes) {
        return Short.toUnsignedInt(image.getShort(offsetBytes));
    }

    static void putShort(ByteBuffer image, int offsetBytes, int value) {
        image.putShort(offsetBytes, (short) value);
    }

    /// A page's slots in use; bit n is slot n.
    static long bitmap(ByteBuffer image, int page) {
        return Long.reverseBytes(image.getLong(page * PAGE_BYTES + BITMAP_OFFSET));
    }

    static void putBitmap(ByteBuffer image, int page, long bitmap) {
        image.putLong(page * PAGE_BYTES + BITMAP_OFFSET, Long.reverseBytes(bitmap));
    }

    /// The bits of a run of slots of a page.
    static long mask(int slotInPage, int slots) {
        return ((1L << slots) - 1) << slotInPage;
    }
}
