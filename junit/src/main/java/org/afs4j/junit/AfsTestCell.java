package org.afs4j.junit;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.afs4j.cell.AfsCell;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsClientBuilder;
import org.afs4j.client.configuration.CellConfiguration;

/// A cell in this JVM for the time of a test, with clients of it: a volume location and a file server on a free UDP port of
/// 127.0.0.1, where everyone may do everything below [#scratch()]. Nothing is read from or left on the machine.
///
/// Clients of other makes, and other processes of this machine, find it by [#server()].
///
/// Threads: any. Ownership: clients from [#client()] and [#newClient()] belong to the cell, which closes them.
public final class AfsTestCell implements AutoCloseable {
    private static final String NAME = "test.cell";

    private final AfsCell cell;
    private final AfsClient client;
    private final List<AfsClient> clients = new CopyOnWriteArrayList<>();
    private final AtomicInteger volumes = new AtomicInteger();

    private AfsTestCell(AfsCell cell) throws IOException {
        this.cell = cell;
        client = newClient();
    }

    /// Starts a cell named `test.cell`; it serves when this returns.
    ///
    /// @throws IOException if the system gives no UDP port
    public static AfsTestCell start() throws IOException {
        AfsCell cell = AfsCell.builder().name(NAME).start();
        try {
            return new AfsTestCell(cell);
        } catch (IOException e) {
            cell.close();
            throw e;
        }
    }

    /// The cell itself: more servers and volumes, releases, moves, failures by order, counters.
    public AfsCell cell() {
        return cell;
    }

    /// A client of the cell, the same at each call.
    public AfsClient client() {
        return client;
    }

    /// One more client, with a cache of its own: what one has changed, the other learns by a callback.
    ///
    /// @throws IOException if the system gives no UDP port
    public AfsClient newClient() throws IOException {
        AfsClient another = clientBuilder().open();
        clients.add(another);
        return another;
    }

    /// Begins to describe a client of the cell, for one with settings of its own; it belongs to whoever opens it.
    public AfsClientBuilder clientBuilder() {
        return AfsClient.builder()
                .cell(new CellConfiguration(
                        cell.name(),
                        List.of(cell.volumeLocationAddress()),
                        cell.fileServerAddress().getPort()));
    }

    /// What tells other processes where the cell is: the value of `--server` and of `AFS4J_SERVER` for the `afs` command, whose
    /// `--cell` or `AFS4J_CELL` is the cell's name.
    public String server() {
        return cell.volumeLocationAddress().getAddress().getHostAddress() + ":"
                + cell.volumeLocationAddress().getPort() + ":"
                + cell.fileServerAddress().getPort();
    }

    /// The path of a directory where everyone may do everything.
    public String scratch() {
        return "/afs/" + cell.name() + "/scratch";
    }

    /// Makes a volume, empty, where everyone may do everything: a test that takes one is alone there.
    ///
    /// @return the path of its root directory
    /// @throws IOException if interrupted while clients were told of the new name
    public String newVolume() throws IOException {
        String name = "test." + volumes.incrementAndGet();
        cell.createVolume(name);
        cell.mount(cell.volume("root.cell"), name, "#" + name + ".");
        return "/afs/" + cell.name() + "/" + name;
    }

    /// Closes the clients and ends the cell; what it held is gone. A second close does nothing.
    ///
    /// @throws IOException if a client could not store what was written through it; the cell has ended all the same
    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (AfsClient each : clients) {
            try {
                each.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        clients.clear();
        cell.close();
        if (failure != null) {
            throw failure;
        }
    }
}
