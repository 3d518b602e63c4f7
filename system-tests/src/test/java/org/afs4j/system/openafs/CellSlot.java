package org.afs4j.system.openafs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// One of the numbers that tell cells on one machine apart, held by this process until closed: test runs side by side take
/// different ones. A number whose holder died is free again.
final class CellSlot implements AutoCloseable {
    /// 0 is left to people who start a cell by hand.
    private static final int FIRST_ID = 1;

    /// The fixture takes ids of two digits.
    private static final int LAST_ID = 99;

    private final int id;
    private final FileChannel lockFile;

    private CellSlot(int id, FileChannel lockFile) {
        this.id = id;
        this.lockFile = lockFile;
    }

    /// Takes the first free number.
    ///
    /// @throws IOException if all are taken, or the lock files in `/var/tmp` cannot be written
    static CellSlot take() throws IOException {
        for (int id = FIRST_ID; id <= LAST_ID; id++) {
            FileChannel file = FileChannel.open(
                    Path.of("/var/tmp/afs4j-cell-" + id + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (file.tryLock() != null) {
                return new CellSlot(id, file);
            }
            file.close();
        }
        throw new IOException("all cells from " + FIRST_ID + " to " + LAST_ID + " are taken");
    }

    int id() {
        return id;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}
