package org.afs4j.simulation.workload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsLock;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Write;

/// A number in a file that clients raise by one under an exclusive lock: whoever has the lock reads what the last one left. If one of
/// them did not, two would write the same number, and in the end it would be less than the times it was raised.
///
/// Threads: one.
final class LockedCounter {
    private final History history;
    private final String place;
    private final String path;
    private final int client;
    private final AfsClient afs;

    LockedCounter(History history, Ground ground, int client, int counter, AfsClient afs) {
        this.history = history;
        this.place = ground.counterPlace(counter);
        this.path = ground.counter(counter);
        this.client = client;
        this.afs = afs;
    }

    /// Raises it. The lock's end stores what was written under it.
    void raise() throws IOException {
        try (AfsFile file = afs.open(path, AfsOpenOption.WRITE)) {
            Write write;
            AfsLock lock = file.lock(0, Long.MAX_VALUE, false);
            try (lock) {
                String raised = Long.toString(Long.parseLong(read(file)) + 1);
                write = history.write(client, place, raised);
                file.write(0, ByteBuffer.allocate(Long.BYTES).putLong(0, Ground.bytesOf(Long.parseLong(raised))));
                history.visible(write);
            }
            history.stored(List.of(write));
        }
    }

    /// Looks at it without a lock.
    void read() throws IOException {
        try (AfsFile file = afs.open(path)) {
            read(file);
        }
    }

    private String read(AfsFile file) throws IOException {
        long begin = history.tick();
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        int count = file.read(0, bytes);
        String seen = count == Long.BYTES ? Ground.valueOf(bytes.getLong(0)) : "end of file after " + count + " bytes";
        history.read(client, place, Means.READ, begin, seen);
        return seen;
    }
}
