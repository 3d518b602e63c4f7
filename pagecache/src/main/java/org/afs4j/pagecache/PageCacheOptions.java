package org.afs4j.pagecache;

/// The sizes of a page cache.
///
/// @param budgetBytes how much memory pages may use, at least 16 chunks
/// @param maxFileBytes the largest file that can be mapped; larger ones, up to 2⁶² bytes, can be read and written only
/// @param pageBytes the unit of state and of dirtiness, a power of two, a multiple of the system's page size
/// @param chunkBytes the unit of fills and of presence in mapped views (fault-around), a power of two, 1 to 64 pages
/// @param readaheadFirstBytes the first window of sequential readahead, 0 for none
/// @param readaheadMaxBytes what the window doubles up to
/// @param readaheadFillBytes the largest single fill of readahead
/// @param readaheadFills how many fills of readahead one file may have in flight
/// @param storeBytes the largest range that is written back at once
/// @param dirtyPercent the share of the budget, 1 to 90, beyond which writers write back before they go on
/// @param dirtyBackgroundPercent the share of the budget, 0 to `dirtyPercent`, beyond which dirty files are written back in the
///     background
/// @param dirtyAgeNanos how long a file may be dirty before it is written back in the background, more than 0
/// @param smallestRangeBytes the smallest range of the frame store that a file gets, a power of two, at least a chunk; a file
///     that outgrows its range moves to one four times its size
public record PageCacheOptions(
        long budgetBytes,
        long maxFileBytes,
        int pageBytes,
        int chunkBytes,
        int readaheadFirstBytes,
        int readaheadMaxBytes,
        int readaheadFillBytes,
        int readaheadFills,
        int storeBytes,
        int dirtyPercent,
        int dirtyBackgroundPercent,
        long dirtyAgeNanos,
        long smallestRangeBytes) {
    private static final int KIBIBYTE = 1024;
    private static final int MEBIBYTE = 1024 * KIBIBYTE;
    private static final int MAX_PAGES_PER_CHUNK = 64;
    private static final int MIN_CHUNKS = 16;

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException if one is out of its range
    public PageCacheOptions {
        require(isPowerOfTwo(pageBytes) && pageBytes >= 4 * KIBIBYTE, "pageBytes");
        require(isPowerOfTwo(chunkBytes) && chunkBytes >= pageBytes && chunkBytes / pageBytes <= MAX_PAGES_PER_CHUNK, "chunkBytes");
        require(budgetBytes >= (long) MIN_CHUNKS * chunkBytes, "budgetBytes");
        require(maxFileBytes > 0, "maxFileBytes");
        require(readaheadFirstBytes >= 0 && readaheadMaxBytes >= readaheadFirstBytes, "readaheadFirstBytes");
        require(readaheadFillBytes >= chunkBytes && readaheadFills >= 1, "readaheadFillBytes");
        require(storeBytes >= chunkBytes, "storeBytes");
        require(dirtyPercent >= 1 && dirtyPercent <= 90, "dirtyPercent");
        require(dirtyBackgroundPercent >= 0 && dirtyBackgroundPercent <= dirtyPercent, "dirtyBackgroundPercent");
        require(dirtyAgeNanos > 0, "dirtyAgeNanos");
        require(isPowerOfTwo(smallestRangeBytes) && smallestRangeBytes >= chunkBytes, "smallestRangeBytes");
    }

    /// The sizes that suit most programs: 256 MiB of memory, mapped files up to 1 TiB, pages of 4 KiB, chunks of 64 KiB,
    /// nothing dirty for longer than about half a minute.
    public static PageCacheOptions defaults() {
        return new PageCacheOptions(
                256L * MEBIBYTE,
                1L << 40,
                4 * KIBIBYTE,
                64 * KIBIBYTE,
                128 * KIBIBYTE,
                4 * MEBIBYTE,
                MEBIBYTE,
                4,
                8 * MEBIBYTE,
                40,
                10,
                30_000_000_000L,
                64L * KIBIBYTE);
    }

    /// The same with another memory budget.
    ///
    /// @param bytes the budget, at least 16 chunks
    public PageCacheOptions withBudgetBytes(long bytes) {
        return new PageCacheOptions(
                bytes,
                maxFileBytes,
                pageBytes,
                chunkBytes,
                readaheadFirstBytes,
                readaheadMaxBytes,
                readaheadFillBytes,
                readaheadFills,
                storeBytes,
                dirtyPercent,
                dirtyBackgroundPercent,
                dirtyAgeNanos,
                smallestRangeBytes);
    }

    /// The same with another window of readahead.
    ///
    /// @param firstBytes the first window, 0 for no readahead
    /// @param maxBytes the largest window
    public PageCacheOptions withReadahead(int firstBytes, int maxBytes) {
        return new PageCacheOptions(
                budgetBytes,
                maxFileBytes,
                pageBytes,
                chunkBytes,
                firstBytes,
                maxBytes,
                readaheadFillBytes,
                readaheadFills,
                storeBytes,
                dirtyPercent,
                dirtyBackgroundPercent,
                dirtyAgeNanos,
                smallestRangeBytes);
    }

    /// The same with another size of the smallest range.
    ///
    /// @param bytes the size, a power of two
    public PageCacheOptions withSmallestRangeBytes(long bytes) {
        return new PageCacheOptions(
                budgetBytes,
                maxFileBytes,
                pageBytes,
                chunkBytes,
                readaheadFirstBytes,
                readaheadMaxBytes,
                readaheadFillBytes,
                readaheadFills,
                storeBytes,
                dirtyPercent,
                dirtyBackgroundPercent,
                dirtyAgeNanos,
                bytes);
    }

    /// The same with other bounds of what is dirty.
    ///
    /// @param percent the share of the budget beyond which writers write back, 1 to 90
    /// @param backgroundPercent the share beyond which dirty files are written back in the background, 0 to `percent`
    /// @param ageNanos how long a file may be dirty, more than 0
    public PageCacheOptions withDirtyBounds(int percent, int backgroundPercent, long ageNanos) {
        return new PageCacheOptions(
                budgetBytes,
                maxFileBytes,
                pageBytes,
                chunkBytes,
                readaheadFirstBytes,
                readaheadMaxBytes,
                readaheadFillBytes,
                readaheadFills,
                storeBytes,
                percent,
                backgroundPercent,
                ageNanos,
                smallestRangeBytes);
    }

    /// How many dirty bytes there may be before files are written back in the background.
    long dirtyBackgroundBytes() {
        return budgetBytes / 100 * dirtyBackgroundPercent;
    }

    /// How many dirty bytes there may be before writers are throttled.
    long dirtyLimitBytes() {
        return budgetBytes / 100 * dirtyPercent;
    }

    private static boolean isPowerOfTwo(long value) {
        return Long.bitCount(value) == 1 && value > 0;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what + " is out of its range");
        }
    }
}
