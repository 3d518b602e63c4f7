package org.afs4j.pagecache.state;

/// The sizes of pages and chunks, and the arithmetic of their numbers.
///
/// @param pageShift log2 of the bytes of a page
/// @param chunkPagesShift log2 of the pages of a chunk, 0 to 6
public record PageGeometry(int pageShift, int chunkPagesShift) {
    /// Makes the geometry of pages and chunks.
    ///
    /// @param pageBytes the bytes of a page, a power of two
    /// @param chunkBytes the bytes of a chunk, 1 to 64 pages, a power of two
    public static PageGeometry of(int pageBytes, int chunkBytes) {
        return new PageGeometry(Integer.numberOfTrailingZeros(pageBytes), Integer.numberOfTrailingZeros(chunkBytes / pageBytes));
    }

    /// The bytes of a page.
    public int pageBytes() {
        return 1 << pageShift;
    }

    /// The bytes of a chunk.
    public long chunkBytes() {
        return 1L << (pageShift + chunkPagesShift);
    }

    long pageOf(long offsetBytes) {
        return offsetBytes >>> pageShift;
    }

    long pageCeiling(long offsetBytes) {
        return (offsetBytes + (1L << pageShift) - 1) >>> pageShift;
    }

    long bytesOf(long pages) {
        return pages << pageShift;
    }

    long chunkOf(long page) {
        return page >>> chunkPagesShift;
    }

    /// The chunk after the one that holds the page before a page.
    long chunkCeiling(long page) {
        return ((page - 1) >>> chunkPagesShift) + 1;
    }

    long firstPage(long chunk) {
        return chunk << chunkPagesShift;
    }

    int inChunk(long page) {
        return (int) (page & ((1L << chunkPagesShift) - 1));
    }

    long bit(long page) {
        return 1L << inChunk(page);
    }

    long nextChunk(long page) {
        return ((page >>> chunkPagesShift) + 1) << chunkPagesShift;
    }

    /// The bits of the pages of a range, as far as they are in the chunk of the first.
    long maskOf(long fromPage, long toPage) {
        long count = Math.min(toPage, nextChunk(fromPage)) - fromPage;
        long ones = count == Long.SIZE ? -1L : (1L << count) - 1;
        return ones << inChunk(fromPage);
    }
}
