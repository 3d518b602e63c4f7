package org.afs4j.cell.administration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.afs4j.base.world.World;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerReply.ExtendedStatistics;
import org.afs4j.protocol.fs.FileServerReply.Version;
import org.afs4j.protocol.fs.ServerStatistics;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxCounter;

/// What a file server has done, in the forms in which OpenAFS's `scout`, `xstat_fs_test` and `afsmonitor` ask for it.
///
/// It has calls and refusals by procedure, what was fetched and stored, packets, clients and promises. What the embedded cell has no like of, as
/// caches of vnodes, and how long calls took, is 0.
///
/// Source: OpenAFS `src/fsint/afsint.xg`, `src/viced/fs_stats.h`, `src/viced/callback.h`. Threads: any.
public final class ServerWork {
    private static final int INVALID = 22;
    private static final int UNKNOWN_COLLECTION = 1;

    /// How long after its last call a client counts as active.
    private static final Duration ACTIVE = Duration.ofMinutes(15);

    private static final Duration ALWAYS = Duration.ofNanos(Long.MAX_VALUE);

    /// The procedures of GetXStats, each by the names under which its calls are counted here, in the order of their numbers. No client calls
    /// those without a name today.
    private static final List<List<String>> PROCEDURES = List.of(
            List.of("FetchData64"),
            List.of("FetchACL"),
            List.of("FetchStatus"),
            List.of("StoreData64"),
            List.of("StoreACL", "OldStoreACL"),
            List.of("StoreStatus"),
            List.of("RemoveFile"),
            List.of("CreateFile"),
            List.of("Rename"),
            List.of("Symlink"),
            List.of("Link"),
            List.of("MakeDir"),
            List.of("RemoveDir"),
            List.of("SetLock"),
            List.of("ExtendLock"),
            List.of("ReleaseLock"),
            List.of("GetStatistics", "GetStatistics64"),
            List.of("GiveUpCallBacks", "GiveUpAllCallBacks"),
            List.of(),
            List.of("GetVolumeStatus"),
            List.of("SetVolumeStatus"),
            List.of("GetRootVolume"),
            List.of(),
            List.of("GetTime"),
            List.of(),
            List.of("BulkStatus", "InlineBulkStatus"),
            List.of("XStatsVersion"),
            List.of("GetXStats"));

    private final World world;
    private final Source source;
    private final long startSeconds;
    private final ConcurrentHashMap<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Transfers fetched = new Transfers();
    private final Transfers stored = new Transfers();
    private final AtomicInteger looks = new AtomicInteger();

    /// What others have counted, now.
    public interface Source {
        /// Calls that came, by procedure, refused ones too.
        Map<String, Long> calls();

        /// Packets and connections, since the server was started last.
        Map<RxCounter, Long> packets();

        /// Clients that it knows.
        ///
        /// @param within how long ago they have called at most
        int clients(Duration within);

        /// Promises that it has given.
        long promisesGranted();

        /// Promises that clients hold.
        long promises();

        /// Breaks that it has sent, or tried to.
        long breaks();

        /// What its volumes take, in blocks of 1024 bytes.
        long usedBlocks();
    }

    /// Transfers of data, all of one direction.
    private static final class Transfers {
        /// What a transfer may have to be counted with those of its size; the rest is counted last.
        private static final long[] SIZES_BYTES = {128, 1024, 8192, 16384, 32768, 131072, 524288, 1048576};

        /// Words of GetXStats: counts, four times in two words each, bytes, and sizes.
        private static final int WORDS = 2 + 4 * 2 + 3 + SIZES_BYTES.length + 1;

        private static final int BYTES_AT = 2 + 4 * 2;
        private static final int SIZES_AT = BYTES_AT + 3;

        private final LongAdder bytes = new LongAdder();
        private final LongAccumulator least = new LongAccumulator(Math::min, Long.MAX_VALUE);
        private final LongAccumulator most = new LongAccumulator(Math::max, 0);
        private final AtomicLongArray bySize = new AtomicLongArray(SIZES_BYTES.length + 1);

        void count(long transferredBytes) {
            bytes.add(transferredBytes);
            least.accumulate(transferredBytes);
            most.accumulate(transferredBytes);
            int at = Arrays.binarySearch(SIZES_BYTES, transferredBytes);
            bySize.incrementAndGet(at < 0 ? -at - 1 : at);
        }

        List<Integer> words(long begun) {
            Integer[] words = new Integer[WORDS];
            Arrays.fill(words, 0);
            long done = IntStream.range(0, bySize.length()).mapToLong(bySize::get).sum();
            words[0] = (int) begun;
            words[1] = (int) done;
            words[BYTES_AT] = bytes.intValue();
            words[BYTES_AT + 1] = done == 0 ? 0 : least.intValue();
            words[BYTES_AT + 2] = most.intValue();
            for (int i = 0; i < bySize.length(); i++) {
                words[SIZES_AT + i] = (int) bySize.get(i);
            }
            return List.of(words);
        }
    }

    /// Begins to count.
    ///
    /// @param world its time
    /// @param source what others count
    public ServerWork(World world, Source source) {
        this.world = world;
        this.source = source;
        startSeconds = nowSeconds();
    }

    private long nowSeconds() {
        return world.wallTime().getEpochSecond();
    }

    /// Counts a call that was refused.
    ///
    /// @param procedure its name in the protocol
    public void refused(String procedure) {
        refused.computeIfAbsent(procedure, any -> new LongAdder()).increment();
    }

    /// Counts data that were sent to a client.
    ///
    /// @param bytes how much
    public void fetched(long bytes) {
        fetched.count(bytes);
    }

    /// Counts data that were taken from a client.
    ///
    /// @param bytes how much
    public void stored(long bytes) {
        stored.count(bytes);
    }

    private static long sum(Map<String, Long> calls, String... procedures) {
        return Arrays.stream(procedures).mapToLong(procedure -> calls.getOrDefault(procedure, 0L)).sum();
    }

    private static long fetches(Map<String, Long> calls) {
        return sum(calls, "FetchData64", "FetchStatus", "FetchACL");
    }

    private static long stores(Map<String, Long> calls) {
        return sum(calls, "StoreData64", "StoreStatus", "StoreACL", "OldStoreACL");
    }

    private static long all(Map<String, Long> calls) {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long connections(Map<RxCounter, Long> packets) {
        return count(packets, RxCounter.CONNECTIONS_ADMITTED) - count(packets, RxCounter.CONNECTIONS_FORGOTTEN);
    }

    private static long count(Map<RxCounter, Long> packets, RxCounter... counters) {
        return Arrays.stream(counters).mapToLong(counter -> packets.getOrDefault(counter, 0L)).sum();
    }

    /// The reply of GetStatistics64.
    ///
    /// @param wanted how many numbers the client knows
    /// @throws RxAbortException with EINVAL if that is not as many as there are
    public FileServerReply.Statistics statistics64(int wanted) throws RxAbortException {
        if (wanted != FileServerReply.Statistics.COUNT) {
            throw new RxAbortException(INVALID);
        }
        List<Long> numbers = new ArrayList<>(Collections.nCopies(FileServerReply.Statistics.COUNT, 0L));
        Map<String, Long> calls = source.calls();
        numbers.set(0, nowSeconds());
        numbers.set(2, startSeconds);
        numbers.set(3, connections(source.packets()));
        numbers.set(4, fetches(calls));
        numbers.set(5, sum(calls, "FetchData64"));
        numbers.set(6, fetched.bytes.sum());
        numbers.set(8, stores(calls));
        numbers.set(9, sum(calls, "StoreData64"));
        numbers.set(10, stored.bytes.sum());
        numbers.set(12, all(calls));
        numbers.set(13, (long) source.clients(ALWAYS));
        numbers.set(14, (long) source.clients(ACTIVE));
        return new FileServerReply.Statistics(List.copyOf(numbers));
    }

    /// The reply of GetStatistics.
    public ServerStatistics statistics() {
        List<Integer> numbers = new ArrayList<>(Collections.nCopies(ServerStatistics.NUMBER_COUNT, 0));
        Map<String, Long> calls = source.calls();
        Map<RxCounter, Long> packets = source.packets();
        numbers.set(2, (int) nowSeconds());
        numbers.set(4, (int) startSeconds);
        numbers.set(5, (int) connections(packets));
        numbers.set(6, (int) all(calls));
        numbers.set(7, (int) fetches(calls));
        numbers.set(8, (int) sum(calls, "FetchData64"));
        numbers.set(9, fetched.bytes.intValue());
        numbers.set(11, (int) stores(calls));
        numbers.set(12, (int) sum(calls, "StoreData64"));
        numbers.set(13, stored.bytes.intValue());
        numbers.set(15, (int) count(packets, RxCounter.BYTES_SENT));
        numbers.set(16, (int) count(packets, RxCounter.BYTES_RECEIVED));
        numbers.set(17, (int) count(packets, RxCounter.DATAGRAMS_SENT));
        numbers.set(18, (int) count(packets, RxCounter.DATAGRAMS_RECEIVED));
        numbers.set(35, source.clients(ALWAYS));
        numbers.set(36, source.clients(ACTIVE));
        List<ServerStatistics.Disk> disks =
                new ArrayList<>(Collections.nCopies(ServerStatistics.DISK_COUNT, ServerStatistics.Disk.NONE));
        int available = (int) Math.max(0, VolumeServer.PARTITION_BLOCKS - source.usedBlocks());
        disks.set(0, new ServerStatistics.Disk(available, VolumeServer.PARTITION_BLOCKS, VolumeServer.PARTITION_NAME));
        return new ServerStatistics(numbers, disks);
    }

    /// The reply of GetXStats.
    ///
    /// @param collection which numbers
    /// @throws RxAbortException if there is no such collection
    public ExtendedStatistics extended(int collection) throws RxAbortException {
        List<Integer> words = switch (collection) {
            case ExtendedStatistics.CALLS -> List.of();
            case ExtendedStatistics.PERFORMANCE -> performance();
            case ExtendedStatistics.FULL_PERFORMANCE -> fullPerformance();
            case ExtendedStatistics.CALLBACKS -> callbacks();
            default -> {
                refused("GetXStats");
                throw new RxAbortException(UNKNOWN_COLLECTION);
            }
        };
        return new ExtendedStatistics(Version.EXTENDED_STATISTICS, (int) nowSeconds(), words);
    }

    /// `afs_PerfStats`, of 98 words, 28 of them spare.
    private List<Integer> performance() {
        Integer[] words = new Integer[98];
        Arrays.fill(words, 0);
        Map<RxCounter, Long> packets = source.packets();
        words[0] = looks.incrementAndGet();
        words[28] = (int) count(packets, RxCounter.DATAGRAMS_RECEIVED);
        words[31] = (int) Math.max(0, count(packets, RxCounter.DATA_RECEIVED) - count(packets, RxCounter.DATA_DUPLICATE));
        words[32] = (int) count(packets, RxCounter.ACK_RECEIVED);
        words[33] = (int) count(packets, RxCounter.DATA_DUPLICATE);
        words[36] = (int) count(packets, RxCounter.DATAGRAMS_SENT);
        words[38] = (int) count(packets, RxCounter.ACK_SENT);
        words[39] = (int) count(packets, RxCounter.PING_SENT);
        words[40] = (int) count(packets, RxCounter.ABORT_SENT);
        words[41] = (int) count(packets, RxCounter.BUSY_SENT);
        words[42] = (int) count(packets, RxCounter.DATA_SENT);
        words[43] = (int) count(packets, RxCounter.DATA_RESENT_FAST, RxCounter.DATA_RESENT_TIMEOUT, RxCounter.DATA_RESENT_PROBE);
        words[52] = (int) count(packets, RxCounter.RTT_SAMPLES);
        words[53] = (int) connections(packets);
        int clients = source.clients(ALWAYS);
        words[58] = clients;
        words[60] = clients;
        words[64] = clients;
        words[69] = (int) sum(source.calls(), "GetCapabilities");
        return List.of(words);
    }

    /// `fs_stats_FullPerfStats`, with times in two words, as servers of 32 bits have it and clients of any kind read it.
    private List<Integer> fullPerformance() {
        List<Integer> words = new ArrayList<>(performance());
        words.add((int) startSeconds);
        words.add(0);
        Map<String, Long> calls = source.calls();
        for (List<String> names : PROCEDURES) {
            long came = names.stream().mapToLong(name -> sum(calls, name)).sum();
            long failed = names.stream().map(refused::get).mapToLong(count -> count == null ? 0 : count.sum()).sum();
            words.add((int) came);
            words.add((int) Math.max(0, came - failed));
            words.addAll(Collections.nCopies(4 * 2, 0));
        }
        words.addAll(fetched.words(sum(calls, "FetchData64")));
        words.addAll(stored.words(sum(calls, "StoreData64")));
        return words;
    }

    /// `cbcounters`, of 16 words.
    private List<Integer> callbacks() {
        looks.incrementAndGet();
        List<Integer> words = new ArrayList<>(Collections.nCopies(16, 0));
        words.set(1, (int) sum(source.calls(), "GiveUpCallBacks"));
        words.set(2, (int) source.breaks());
        words.set(3, (int) source.promisesGranted());
        words.set(5, (int) sum(source.calls(), "GiveUpAllCallBacks"));
        words.set(7, (int) source.promises());
        return words;
    }
}
