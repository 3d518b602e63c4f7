package org.afs4j.system.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.EmbeddedVolume;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.rx.port.DatagramPort;

/// The embedded cell over UDP; the third party is another client of ours.
final class EmbeddedCellUnderTest implements CellUnderTest, ThirdParty {
    private final CuttablePort port;
    private final AfsCell cell;
    private final AfsClient third;

    EmbeddedCellUnderTest() throws IOException {
        port = new CuttablePort(DatagramPort.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        cell = AfsCell.builder().name("demo.test").port(port).start();
        third = AfsClient.builder().cell(configuration(cell)).open();
    }

    @Override
    public void close() throws IOException {
        third.close();
        cell.close();
    }

    @Override
    public CellConfiguration configuration() {
        return configuration(cell);
    }

    private static CellConfiguration configuration(AfsCell cell) {
        InetSocketAddress location = cell.volumeLocationAddress();
        return new CellConfiguration(cell.name(), List.of(location), cell.fileServerAddress().getPort());
    }

    @Override
    public ThirdParty thirdParty() {
        return this;
    }

    @Override
    public void restartWithoutCallbackState() {
        cell.restartFileServer(false);
    }

    @Override
    public void stopFileServer() {
        cell.stopFileServer();
    }

    @Override
    public void startFileServer() {
        cell.startFileServer();
    }

    @Override
    public void makeReadableVolume(String name) throws IOException {
        EmbeddedVolume volume = mounted(name);
        volume.setAnyUserRights("/", "rl");
    }

    @Override
    public void makeSmallVolume(String name, int quotaKibibytes) throws IOException {
        mounted(name).setMaxBytes(quotaKibibytes * 1024L);
    }

    @Override
    public void makeVolumeOnItsOwnDisk(String name) throws IOException {
        EmbeddedVolume volume = mounted(name);
        volume.setAnyUserRights("/", "rlidwk");
    }

    @Override
    public void fillDisk(String name, boolean full) {
        cell.volume(name).setDiskFull(full);
    }

    @Override
    public void cutNetwork(boolean cut) {
        port.cut(cut);
    }

    /// Breaks that have left, answered or not.
    long breaksSent() {
        return cell.counters().breaksSent() + cell.counters().breaksFailed();
    }

    /// Calls of a procedure that came.
    long calls(String procedure) {
        return cell.counters().calls(procedure);
    }

    private EmbeddedVolume mounted(String name) throws IOException {
        EmbeddedVolume volume = cell.createVolume(name);
        cell.mount(cell.volume("root.cell"), "/" + name, "#" + name + ".");
        return volume;
    }

    @Override
    public void write(String path, byte[] contents) throws IOException {
        try (AfsFile file =
                third.open("/afs/" + path, AfsOpenOption.WRITE, AfsOpenOption.CREATE, AfsOpenOption.TRUNCATE)) {
            file.write(0, ByteBuffer.wrap(contents));
        }
    }

    @Override
    public void overwrite(String path, long offsetBytes, byte[] contents) throws IOException {
        try (AfsFile file = third.open("/afs/" + path, AfsOpenOption.WRITE)) {
            file.write(offsetBytes, ByteBuffer.wrap(contents));
        }
    }

    @Override
    public byte[] read(String path) throws IOException {
        try (AfsFile file = third.open("/afs/" + path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            while (bytes.hasRemaining() && file.read(bytes.position(), bytes) >= 0) {
                // until all is read
            }
            return bytes.array();
        }
    }

    @Override
    public void chmod(String path, String mode) throws IOException {
        third.setMode("/afs/" + path, Integer.parseInt(mode, 8));
    }
}
