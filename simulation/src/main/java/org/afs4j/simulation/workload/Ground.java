package org.afs4j.simulation.workload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.simulation.history.History;
import org.jspecify.annotations.Nullable;

/// What users work on: some files with slots of eight bytes, and some names in a directory.
///
/// @param directory where they are, an AFS path without a slash at its end
/// @param files how many files, 1 or more
/// @param slots how many slots of each, 1 to 12
/// @param names how many names, 0 or more
/// @param mappers how many clients write through mappings too; 0 for none. Of what a mapping wrote only the bytes are stored that changed, so
///     that two who write one slot at once get a mix of both: every second slot is then written by one of them only, and by mappings no other
/// @param foreigner what somebody does there who is no client of ours, or null if there is none
/// @param counters how many counters, which are files whose number is read and raised under a lock, 0 or more
public record Ground(String directory, int files, int slots, int names, int mappers, @Nullable Foreigner foreigner, int counters) {
    /// Somebody who uses the ground through a client of another make.
    ///
    /// @param files how many of the files, the last ones, only he writes: a client that stores whole chunks would take back what others
    ///     wrote beside its bytes. The names are of symlinks where there is a foreigner, for whatever client tells where those lead
    public record Foreigner(int files) {}


    /// What reads of a name see that does not exist.
    public static final String ABSENT = "absent";

    /// What reads of a slot see that was never written.
    static final String ZERO = "0";

    /// Slots of one page, of pages of one chunk, on both sides of the chunk's end, and far away.
    private static final long[] OFFSETS_BYTES = {0, 8, 4088, 4096, 65_536, 65_528, 40_000, 131_072, 1 << 20, 64, 1 << 16 | 4096, 8192};

    /// The size of each file: no slot is beyond it.
    static final long FILE_BYTES = (1 << 20) + 4096;

    /// Checks the numbers.
    public Ground {
        if (files < 1 || slots < 1 || slots > OFFSETS_BYTES.length || names < 0 || counters < 0) {
            throw new IllegalArgumentException("no ground: " + files + " files, " + slots + " slots, " + names + " names");
        }
    }

    /// Ground for clients of ours alone, without counters.
    public Ground(String directory, int files, int slots, int names, int mappers) {
        this(directory, files, slots, names, mappers, null, 0);
    }

    /// The path of a file.
    public String file(int file) {
        return directory + "/file" + file;
    }

    /// The place of a slot.
    public String slotPlace(int file, int slot) {
        return "file" + file + "/" + OFFSETS_BYTES[slot];
    }

    /// Where in its file a slot is.
    public long offsetBytes(int slot) {
        return OFFSETS_BYTES[slot];
    }

    /// Whether a client may write a slot.
    boolean mayWrite(int client, int file, int slot) {
        return !isForeign(file) && (!isOwned(slot) || isOwner(client, slot));
    }

    /// Whether a client may write a slot through a mapping.
    boolean mayWriteMapped(int client, int file, int slot) {
        return !isForeign(file) && isOwned(slot) && isOwner(client, slot);
    }

    /// Whether only the foreigner writes a file.
    public boolean isForeign(int file) {
        return foreigner != null && file >= files - foreigner.files();
    }

    private boolean isOwned(int slot) {
        return mappers > 0 && slot % 2 == 1;
    }

    private boolean isOwner(int client, int slot) {
        return slot / 2 % mappers == client;
    }

    /// The path of a counter.
    public String counter(int counter) {
        return directory + "/counter" + counter;
    }

    /// The place of a counter.
    String counterPlace(int counter) {
        return "counter" + counter;
    }

    /// The directory of the names.
    public String namesDirectory() {
        return directory + "/names";
    }

    /// The places of the names, which are the names.
    public List<String> namePlaces() {
        return IntStream.range(0, names).mapToObj(name -> "name" + name).toList();
    }

    /// Makes what is not there yet.
    ///
    /// @param client who makes it
    /// @param history told what every place holds
    /// @throws IOException if it cannot be made
    public void prepare(AfsClient client, History history) throws IOException {
        for (int file = 0; file < files; file++) {
            try (AfsFile made = client.open(file(file), AfsOpenOption.WRITE, AfsOpenOption.CREATE_NEW)) {
                made.write(FILE_BYTES - 1, ByteBuffer.allocate(1));
            }
            for (int slot = 0; slot < slots; slot++) {
                history.holds(slotPlace(file, slot), ZERO);
            }
        }
        for (int counter = 0; counter < counters; counter++) {
            try (AfsFile made = client.open(counter(counter), AfsOpenOption.WRITE, AfsOpenOption.CREATE_NEW)) {
                made.write(0, ByteBuffer.allocate(Long.BYTES));
            }
            history.holds(counterPlace(counter), ZERO);
        }
        client.makeDirectory(namesDirectory());
        namePlaces().forEach(name -> history.holds(name, ABSENT));
    }

    /// The eight bytes that stand for a value: the value and its complement, so that halves of two values are no value.
    ///
    /// @param value 1 to 2³¹−1
    public static long bytesOf(long value) {
        return value << 32 | (~value & 0xffff_ffffL);
    }

    /// The value that eight bytes stand for.
    public static String valueOf(long bytes) {
        if (bytes == 0) {
            return ZERO;
        }
        long value = bytes >>> 32;
        return bytesOf(value) == bytes ? Long.toString(value) : "torn " + Long.toHexString(bytes);
    }
}
