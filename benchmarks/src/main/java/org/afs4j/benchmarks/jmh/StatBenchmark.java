package org.afs4j.benchmarks.jmh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.afs4j.cell.AfsCell;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsNode;
import org.afs4j.client.configuration.CellConfiguration;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs to ask for the status of a file whose promise holds, which takes no call. `-prof gc` tells what is allocated.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields before it runs a method
public class StatBenchmark {
    private static final String DIRECTORY = "/afs/demo.test/scratch";
    private static final int FILES = 1024;

    private AfsCell cell;
    private AfsClient client;
    private AfsNode[] nodes;
    private String[] paths;
    private int next;

    /// Makes files on an embedded cell.
    ///
    /// @throws IOException if they cannot be made
    @Setup(Level.Trial)
    public void open() throws IOException {
        cell = AfsCell.builder().name("demo.test").start();
        InetSocketAddress location = cell.volumeLocationAddress();
        client = AfsClient.builder()
                .cell(new CellConfiguration(cell.name(), List.of(location), cell.fileServerAddress().getPort()))
                .open();
        AfsNode directory = client.node(DIRECTORY, true);
        nodes = new AfsNode[FILES];
        paths = new String[FILES];
        for (int index = 0; index < FILES; index++) {
            nodes[index] = directory.createFile("f" + index, 0644);
            paths[index] = DIRECTORY + "/f" + index;
        }
    }

    /// Closes all.
    ///
    /// @throws IOException if something is lost
    @TearDown(Level.Trial)
    public void close() throws IOException {
        client.close();
        cell.close();
    }

    private int next() {
        next = (next + 1) % FILES;
        return next;
    }

    /// By vnode.
    ///
    /// @throws IOException never
    @Benchmark
    public AfsFileInfo byNode() throws IOException {
        return nodes[next()].info();
    }

    /// By path, each component looked up.
    ///
    /// @throws IOException never
    @Benchmark
    public AfsFileInfo byPath() throws IOException {
        return client.info(paths[next()], true);
    }
}
