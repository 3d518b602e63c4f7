package org.afs4j.mount.protocol;

/// The first request, by which kernel and daemon agree on what they speak.
///
/// Source: Linux include/uapi/linux/fuse.h, fuse_init_in and fuse_init_out.
public final class FuseInit {
    /// The protocol's first number.
    public static final int MAJOR = 7;

    /// The oldest second number that is served.
    public static final int LEAST_MINOR = 31;

    /// The newest second number that is known here.
    public static final int OUR_MINOR = 42;

    /// What a read or write moves at most, bytes: 256 pages.
    public static final int MOST_DATA_BYTES = 1 << 20;

    private static final int PAGES = 256;
    /// AFS keeps whole seconds; the kernel then cuts times before it shows them.
    private static final int TIME_GRANULARITY_NANOS = 1_000_000_000;
    private static final int BACKGROUND = 64;

    private static final int ASYNC_READ = 1;
    private static final int POSIX_LOCKS = 1 << 1;
    private static final int ATOMIC_O_TRUNC = 1 << 3;
    private static final int BIG_WRITES = 1 << 5;
    private static final int FLOCK_LOCKS = 1 << 10;
    private static final int DO_READDIRPLUS = 1 << 13;
    private static final int READDIRPLUS_AUTO = 1 << 14;
    private static final int ASYNC_DIO = 1 << 15;
    private static final int PARALLEL_DIROPS = 1 << 18;
    private static final int MAX_PAGES = 1 << 22;
    private static final int CACHE_SYMLINKS = 1 << 23;
    private static final int EXPLICIT_INVAL_DATA = 1 << 25;
    private static final int INIT_EXT = 1 << 30;
    private static final int HAS_EXPIRE_ONLY = 1 << 3;
    private static final int OVER_IO_URING = 1 << 9;

    private static final int WANTED = ASYNC_READ
            | ATOMIC_O_TRUNC
            | BIG_WRITES
            | DO_READDIRPLUS
            | READDIRPLUS_AUTO
            | ASYNC_DIO
            | PARALLEL_DIROPS
            | MAX_PAGES
            | CACHE_SYMLINKS
            | EXPLICIT_INVAL_DATA
            | INIT_EXT;

    private static final int WANTED_LOCKS = POSIX_LOCKS | FLOCK_LOCKS;

    private static final int WANTED_TOO = HAS_EXPIRE_ONLY;

    private FuseInit() {}

    /// What was agreed on.
    ///
    /// @param minor the second number of the protocol
    /// @param canExpire whether names can be made to be looked up again without being dropped
    /// @param byRings whether requests come by io_uring, once each of its queues was given a place for one
    public record Agreement(int minor, boolean canExpire, boolean byRings) {}

    /// Whether the kernel could hand requests out by io_uring.
    ///
    /// @param request what the kernel offers
    public static boolean offersRings(FuseRequest request) {
        return (offeredToo(request) & OVER_IO_URING) != 0;
    }

    private static int offeredToo(FuseRequest request) {
        return (request.int32(12) & INIT_EXT) != 0 && request.bodyBytes() >= 20 ? request.int32(16) : 0;
    }

    /// Answers.
    ///
    /// @param request what the kernel offers
    /// @param servesLocks whether locks are asked of the daemon, and not kept by the kernel
    /// @param readAheadBytes how much the kernel may read ahead
    /// @param byRings whether requests shall come by io_uring; the kernel has offered it
    /// @param reply gets the body
    /// @return what was agreed on
    /// @throws MalformedRequestException if the kernel speaks what is not served
    public static Agreement agree(
            FuseRequest request, boolean servesLocks, int readAheadBytes, boolean byRings, FuseReply reply)
            throws MalformedRequestException {
        int major = request.int32(0);
        int minor = request.int32(4);
        if (major != MAJOR || minor < LEAST_MINOR) {
            throw new MalformedRequestException("the kernel speaks FUSE " + major + "." + minor + "; needed is 7." + LEAST_MINOR);
        }
        int offered = request.int32(12);
        int flagsToo = offeredToo(request) & (byRings ? WANTED_TOO | OVER_IO_URING : WANTED_TOO);
        int flags = offered & (servesLocks ? WANTED | WANTED_LOCKS : WANTED);
        reply.int32(MAJOR)
                .int32(Math.min(minor, OUR_MINOR))
                .int32(readAheadBytes)
                .int32(flags)
                .int16(BACKGROUND)
                .int16(BACKGROUND * 3 / 4)
                .int32(MOST_DATA_BYTES)
                .int32(TIME_GRANULARITY_NANOS)
                .int16(PAGES)
                .int16(0)
                .int32(flagsToo)
                .zeros(28);
        return new Agreement(Math.min(minor, OUR_MINOR), (flagsToo & HAS_EXPIRE_ONLY) != 0, byRings);
    }
}
