package org.afs4j.protocol.fs;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.afs4j.protocol.xdr.NameCodec;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// The reply of GetStatistics: what a file server has done, in numbers of 32 bits, and what room its disks have.
///
/// Source: OpenAFS src/fsint/afsint.xg, ViceStatistics.
///
/// @param numbers [#NUMBER_COUNT], by the place that each has in the protocol
/// @param disks [#DISK_COUNT]
public record ServerStatistics(List<Integer> numbers, List<Disk> disks) implements XdrValue {
    /// How many numbers there are.
    public static final int NUMBER_COUNT = 45;

    /// How many disks there are, [Disk#NONE] among them.
    public static final int DISK_COUNT = 10;

    /// A partition.
    ///
    /// @param availableBlocks of 1024 bytes
    /// @param totalBlocks of 1024 bytes; −1 if there is no such partition
    /// @param name less than 32 bytes
    public record Disk(int availableBlocks, int totalBlocks, String name) implements XdrValue {
        /// No partition.
        public static final Disk NONE = new Disk(0, -1, "");

        private static final int NAME_BYTES = 32;
        private static final int WIRE_BYTES = 2 * Integer.BYTES + NAME_BYTES;

        private static Disk decode(XdrReader in) throws IOException {
            int availableBlocks = in.int32();
            int totalBlocks = in.int32();
            byte[] name = in.fixedOpaque(NAME_BYTES);
            int length = 0;
            while (length < NAME_BYTES && name[length] != 0) {
                length++;
            }
            return new Disk(availableBlocks, totalBlocks, NameCodec.decode(Arrays.copyOf(name, length)));
        }

        @Override
        public void encode(XdrWriter out) {
            byte[] bytes = NameCodec.encode(name);
            if (bytes.length >= NAME_BYTES) {
                throw new IllegalArgumentException("a partition's name has less than " + NAME_BYTES + " bytes, not " + bytes.length);
            }
            out.int32(availableBlocks);
            out.int32(totalBlocks);
            out.fixedOpaque(Arrays.copyOf(bytes, NAME_BYTES));
        }
    }

    /// Copies the lists.
    ///
    /// @param numbers as above
    /// @param disks as above
    /// @throws IllegalArgumentException if there are more or fewer than there are places
    public ServerStatistics {
        numbers = List.copyOf(numbers);
        disks = List.copyOf(disks);
        if (numbers.size() != NUMBER_COUNT || disks.size() != DISK_COUNT) {
            throw new IllegalArgumentException(numbers.size() + " numbers and " + disks.size() + " disks");
        }
    }

    /// Reads it.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static ServerStatistics decode(XdrReader in) throws IOException {
        return new ServerStatistics(
                in.fixedList(NUMBER_COUNT, Integer.BYTES, XdrReader::int32), in.fixedList(DISK_COUNT, Disk.WIRE_BYTES, Disk::decode));
    }

    @Override
    public void encode(XdrWriter out) {
        numbers.forEach(out::int32);
        disks.forEach(disk -> disk.encode(out));
    }
}
