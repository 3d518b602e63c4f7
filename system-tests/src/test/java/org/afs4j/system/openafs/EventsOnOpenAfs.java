package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.pagecache.MappedView;

/// An OpenAFS cell that something befalls while clients read and map files of one number: what the tests of that stand on.
abstract class EventsOnOpenAfs {
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

    /// How far behind a mapping may be: the interval of the probes, and the calls of a prober, a reader and a server that share a slow machine.
    static final long MAPPED_BOUND_NANOS = PROBE_INTERVAL.plusSeconds(30).toNanos();

    final OpenAfsCell cell;

    EventsOnOpenAfs(OpenAfsCell cell) {
        this.cell = cell;
    }

    AfsClient newClient() throws IOException {
        return AfsClient.builder()
                .cell(cell.name(), cell.locationServer().getHostString())
                .probeInterval(PROBE_INTERVAL)
                .deadTimeout(Duration.ofMinutes(1))
                .patience(Duration.ofMinutes(2))
                .open();
    }

    static ByteBuffer number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, value);
    }

    static long read(AfsFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
        assertThat(file.read(0, bytes)).isEqualTo(Long.BYTES);
        return bytes.getLong(0);
    }

    static long mapped(MappedView view) {
        return Long.reverseBytes(view.getLongAcquire(0));
    }
}
