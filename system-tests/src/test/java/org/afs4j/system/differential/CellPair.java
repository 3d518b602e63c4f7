package org.afs4j.system.differential;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.cell.AfsCell;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;
import org.afs4j.system.openafs.OpenAfsCell;

/// A cell of OpenAFS and an embedded one with the same volumes: one for runs of calls, and one with a read-only instance beside it.
final class CellPair implements AutoCloseable {
    private static final String RUNS = "runs";
    private static final String OTHER = "other";
    private static final String EVERYTHING = "system:anyuser rlidwka";

    private final OpenAfsCell openAfs;
    private final AfsCell embedded;
    private final VolumeLocation[] openAfsVolumes;
    private final VolumeLocation[] embeddedVolumes;
    private final List<Peer> openAfsPeers = new ArrayList<>();
    private final List<Peer> embeddedPeers = new ArrayList<>();
    private int runs;

    CellPair(OpenAfsCell openAfs) throws IOException {
        this.openAfs = openAfs;
        openAfs.makeVolume(RUNS, RUNS, EVERYTHING);
        openAfs.makeVolume(OTHER, OTHER, EVERYTHING);
        embedded = AfsCell.builder().name(openAfs.name()).start();
        embedded.createVolume(RUNS);
        embedded.createVolume(OTHER);
        try (Peer peer = openAfsPeer(false)) {
            fill(peer, locate(openAfs.locationServer(), OTHER).readWriteId());
        }
        try (Peer peer = embeddedPeer(false)) {
            fill(peer, embedded.volume(OTHER).id());
        }
        String host = openAfs.locationServer().getHostString();
        openAfs.exec("vos", "addsite", host, "a", OTHER, "-localauth", "-noresolve");
        openAfs.exec("vos", "release", OTHER, "-localauth", "-noresolve");
        embedded.addReplica(OTHER, embedded.server(0));
        embedded.release(OTHER);
        for (boolean universalErrors : new boolean[] {false, true}) {
            openAfsPeers.add(openAfsPeer(universalErrors));
            embeddedPeers.add(embeddedPeer(universalErrors));
        }
        openAfsVolumes = new VolumeLocation[] {locate(openAfs.locationServer(), RUNS), locate(openAfs.locationServer(), OTHER)};
        embeddedVolumes =
                new VolumeLocation[] {locate(embedded.volumeLocationAddress(), RUNS), locate(embedded.volumeLocationAddress(), OTHER)};
    }

    private static VolumeLocation locate(InetSocketAddress server, String volume) throws IOException {
        try (RxEndpoint endpoint = RxEndpoint.open(
                SystemWorld.instance(), DatagramPort.open(new InetSocketAddress("0.0.0.0", 0)), RxOptions.defaults())) {
            return new VolumeLocationCalls(endpoint.connect(server, VolumeLocationCalls.SERVICE_ID, RxClientSecurity.none()))
                    .lookUp(volume);
        }
    }

    private static void fill(Peer peer, int volumeId) throws IOException {
        Fid root = new Fid(volumeId, 1, 1);
        StoreStatus plain = StoreStatus.NONE.withMode(0644).withModificationTime(5);
        Fid directory = peer.fs.makeDir(root, "directory", StoreStatus.NONE.withMode(0755)).fid();
        Fid file = peer.fs.createFile(directory, "file", plain).fid();
        peer.fs.storeData64(file, plain, 0, 3, 3, out -> out.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        peer.fs.symlink(directory, "link", "file", StoreStatus.NONE.withMode(0777));
    }

    /// A client of OpenAFS's server.
    Peer openAfs(boolean universalErrors) {
        return openAfsPeers.get(universalErrors ? 1 : 0);
    }

    /// A client of the embedded server.
    Peer embedded(boolean universalErrors) {
        return embeddedPeers.get(universalErrors ? 1 : 0);
    }

    private Peer openAfsPeer(boolean universalErrors) throws IOException {
        return new Peer(
                new InetSocketAddress(openAfs.locationServer().getAddress(), CellConfiguration.FILE_SERVER_PORT),
                universalErrors,
                true);
    }

    private Peer embeddedPeer(boolean universalErrors) throws IOException {
        return new Peer(embedded.fileServerAddress(), universalErrors, false);
    }

    /// Has both begin a run in new directories.
    void begin(Peer openAfsPeer, Peer embeddedPeer) throws IOException {
        String name = "run" + runs++;
        begin(openAfsPeer, name, openAfsVolumes);
        begin(embeddedPeer, name, embeddedVolumes);
    }

    private static void begin(Peer peer, String name, VolumeLocation[] volumes) throws IOException {
        peer.begin(
                name,
                new Fid(volumes[0].readWriteId(), 1, 1),
                new Fid(volumes[1].readWriteId(), 1, 1),
                new Fid(volumes[1].readOnlyId(), 1, 1));
    }

    /// Lets the runs' volume hold some blocks more than it does, or as much as there is; 0 for that.
    void setRoom(Peer openAfsPeer, Peer embeddedPeer, int blocks) throws IOException {
        int theirs = blocks == 0 ? 0 : openAfsPeer.usedBlocksBefore() + blocks;
        int ours = blocks == 0 ? 0 : embeddedPeer.usedBlocksBefore() + blocks;
        openAfs.exec("vos", "setfields", "-id", RUNS, "-maxquota", Integer.toString(theirs), "-localauth", "-noresolve");
        embedded.volume(RUNS).setMaxBytes(ours * 1024L);
    }

    @Override
    public void close() {
        openAfsPeers.forEach(Peer::close);
        embeddedPeers.forEach(Peer::close);
        embedded.close();
    }
}
