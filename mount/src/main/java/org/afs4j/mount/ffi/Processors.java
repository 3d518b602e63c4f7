package org.afs4j.mount.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processors of this system, as the kernel numbers them.
public final class Processors {
    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

    private Processors() {}

    /// How many there can be, those included that are not there yet.
    ///
    /// @throws IOException if the kernel does not tell
    public static int possible() throws IOException {
        return count(Files.readString(POSSIBLE).trim());
    }

    /// How many a list as `0-3,8` names.
    ///
    /// @param list numbers and ranges of them
    /// @throws IOException if it is no such list
    static int count(String list) throws IOException {
        int count = 0;
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            try {
                int first = Integer.parseUnsignedInt(ends[0]);
                int last = Integer.parseUnsignedInt(ends[ends.length - 1]);
                if (ends.length > 2 || last < first) {
                    throw new IOException("not a list of processors: " + list);
                }
                count = Math.addExact(count, Math.addExact(last - first, 1));
            } catch (ArithmeticException | NumberFormatException e) {
                throw new IOException("not a list of processors: " + list, e);
            }
        }
        return count;
    }

    /// Keeps the thread that calls on one processor, if that is there.
    ///
    /// @param number which
    public static void keepOn(int number) {
        try (Arena temporary = Arena.ofConfined()) {
            long words = number / Long.SIZE + 1L;
            MemorySegment mask = temporary.allocate(ValueLayout.JAVA_LONG, words);
            mask.setAtIndex(ValueLayout.JAVA_LONG, number / Long.SIZE, 1L << number % Long.SIZE);
            int ignored = (int) LinuxCalls.SCHED_SETAFFINITY.invokeExact(LinuxCalls.errno(), 0, mask.byteSize(), mask);
            assert ignored <= 0;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
