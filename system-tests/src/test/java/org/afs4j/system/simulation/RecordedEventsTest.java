package org.afs4j.system.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.afs4j.base.simulation.SimulatedWorld;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.event.RevalidationEvent;
import org.afs4j.client.event.StripEvent;
import org.afs4j.pagecache.MapAccess;
import org.afs4j.pagecache.MappedView;
import org.afs4j.pagecache.event.PageFaultEvent;
import org.afs4j.rx.simulation.LinkConditions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a client tells JFR while a recording asks, and that it costs nothing while none does.
class RecordedEventsTest {
    private static final int STARTS = 10_000;
    private static final String PATH = "/afs/sim.test/scratch/file";
    private static final List<String> EVENTS =
            List.of("org.afs4j.Break", "org.afs4j.Strip", "org.afs4j.Revalidation", "org.afs4j.ServerState", "org.afs4j.Fault");

    @Test
    void breaksStripsRevalidationsFaultsAndServerStatesAreRecorded(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            for (String event : EVENTS) {
                var _ = recording.enable(event).withoutThreshold();
            }
            recording.start();
            SimulatedWorld world = new SimulatedWorld(11);
            world.run(() -> liveThroughEverything(world));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(told(events, "Break", "kind", "server")).contains("VNODE 10.0.0.1:7000", "VOLUME 10.0.0.1:7000", "MASS 10.0.0.1:7000");
        assertThat(told(events, "Break", "kind", "fid")).anyMatch(text -> text.startsWith("VNODE ")).contains("MASS null");
        assertThat(told(events, "Strip", "vnode", "delayed")).isNotEmpty().allMatch(text -> text.startsWith("scratch ") && text.endsWith(" false"));
        assertThat(told(events, "Revalidation", "vnode", "answered")).anyMatch(text -> text.startsWith("scratch ") && text.endsWith(" true"));
        assertThat(told(events, "Fault", "offsetBytes", "write")).contains("0 false");
        assertThat(told(events, "ServerState", "state")).contains("MET", "SILENT", "ANSWERS").first().isEqualTo("MET");
    }

    private static List<String> told(List<RecordedEvent> events, String name, String... fields) {
        List<String> told = new ArrayList<>();
        for (RecordedEvent event : events) {
            if (event.getEventType().getName().equals("org.afs4j." + name)) {
                List<String> values = new ArrayList<>();
                for (String field : fields) {
                    Object value = event.getValue(field);
                    values.add(String.valueOf(value));
                }
                told.add(String.join(" ", values));
            }
        }
        return told;
    }

    private static void liveThroughEverything(SimulatedWorld world) throws Exception {
        try (SimulatedCell cell = new SimulatedCell(world, LinkConditions.perfect().withDelay(1_000_000, 0));
                AfsClient client = cell.newClient();
                AfsClient third = cell.newClient()) {
            CallbackRulesSimulationTest.write(third, PATH, "one contents");
            try (AfsFile ours = client.open(PATH);
                    MappedView view = ours.map(MapAccess.READ_ONLY, 0, 8);
                    AfsFile theirs = third.open(PATH, AfsOpenOption.WRITE)) {
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 'o');
                theirs.write(0, ByteBuffer.wrap(new byte[] {'t'}));
                theirs.sync();
                cell.await("the change", () -> view.getByteAcquire(0) == 't');
                cell.cell().breakVolume("scratch");
                cell.await("the break of the volume", () -> client.counters().get(AfsCounter.VOLUME_BREAKS) > 0);
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 't');
                cell.cell().restartFileServer(false);
                cell.await("the mass break", () -> client.counters().get(AfsCounter.MASS_BREAKS) > 0);
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 't');
                // The first client's host; what is mapped there has the silent server probed.
                cell.network().partition(SimulatedCell.host(2), SimulatedCell.host(1));
                cell.pause(Duration.ofMinutes(3));
                cell.network().heal(SimulatedCell.host(2), SimulatedCell.host(1));
                cell.pause(Duration.ofMinutes(1));
                assertThat(view.getByteAcquire(0)).isEqualTo((byte) 't');
            }
        }
    }

    @Test
    void withoutARecordingNothingIsMade() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(StripEvent.start()).isNull();
        assertThat(RevalidationEvent.start()).isNull();
        assertThat(PageFaultEvent.start()).isNull();
        long thread = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < STARTS; i++) {
            if (StripEvent.start() != null || RevalidationEvent.start() != null || PageFaultEvent.start() != null) {
                throw new IllegalStateException("an event that nobody wants");
            }
        }
        // The runtime may make an object of its own on this thread; one for each start would be many bytes a start.
        assertThat(threads.getThreadAllocatedBytes(thread) - before).as("bytes").isLessThan(STARTS);
    }
}
