package org.afs4j.system.differential;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxConnection;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;

/// One of the two file servers, with the vnodes in it by the names that the calls use for them.
final class Peer implements AutoCloseable {
    /// Times before it are set by calls, later ones by the servers' clocks.
    private static final int FIRST_REAL_SECOND = 1_000_000_000;

    /// How the answer to a call begins that was served.
    static final String SERVED = "ok ";

    private static final int BLOCK_BYTES = 1024;
    private static final int NO_FILE = 4_000_002;
    private static final int NO_DIRECTORY = 4_000_001;
    private static final int NO_UNIQUIFIER = 77;

    final FileServerCalls fs;
    private final boolean isOpenAfs;
    private final RxEndpoint endpoint;
    private final RxConnection connection;
    private final Map<String, Fid> fids = new HashMap<>();
    private final Map<Fid, String> names = new HashMap<>();
    private final Map<String, Long> firstVersions = new HashMap<>();
    private final Map<String, Integer> linksTooMany = new HashMap<>();
    private int usedBlocksBefore;

    /// @param universalErrors whether the client says that it knows universal error numbers
    /// @param isOpenAfs whether the server is OpenAFS's
    Peer(InetSocketAddress server, boolean universalErrors, boolean isOpenAfs) throws IOException {
        this.isOpenAfs = isOpenAfs;
        SystemWorld world = SystemWorld.instance();
        endpoint = RxEndpoint.open(world, DatagramPort.open(new InetSocketAddress("0.0.0.0", 0)), RxOptions.defaults());
        AfsUuid uuid = new AfsUuid(world.random().nextLong(), world.random().nextLong());
        Capabilities capabilities = Capabilities.of(universalErrors ? Capabilities.CLIENT_ERROR_TRANSLATION : 0);
        endpoint.serve(CallbackCalls.SERVICE_ID, new CallbackDispatcher(new SilentClient(uuid, capabilities)));
        connection = endpoint.connect(server, FileServerCalls.SERVICE_ID, RxClientSecurity.none());
        fs = new FileServerCalls(connection);
    }

    /// Begins a run of calls in a new directory of a volume.
    ///
    /// @param root the volume's root
    /// @param other the root of another volume
    /// @param snapshot the root of that one's read-only instance
    void begin(String run, Fid root, Fid other, Fid snapshot) throws IOException {
        fids.clear();
        names.clear();
        firstVersions.clear();
        linksTooMany.clear();
        bindOld("root", root);
        bindOld("other", other);
        bindOld("snapshot", snapshot);
        for (String each : List.of("other", "snapshot")) {
            Fid in = fid(each);
            bindOld(each + "Dir", entry(in, "directory"));
            bindOld(each + "File", entry(fid(each + "Dir"), "file"));
            bindOld(each + "Link", entry(fid(each + "Dir"), "link"));
        }
        int volume = root.volumeId();
        fids.put("noVnode", new Fid(volume, NO_FILE, NO_UNIQUIFIER));
        fids.put("noDirectory", new Fid(volume, NO_DIRECTORY, NO_UNIQUIFIER));
        fids.put("noUniquifier", new Fid(volume, 1, NO_UNIQUIFIER));
        fids.put("farVnode", new Fid(volume, Integer.MAX_VALUE - 1, NO_UNIQUIFIER));
        fids.put("volume", new Fid(volume, 0, 0));
        fids.put("noVolume", new Fid(0x6fffffff, 1, 1));
        fids.put("volume0", new Fid(0, 1, 1));
        bind("top", fs.makeDir(root, run, StoreStatus.NONE.withMode(0755)).fid());
        usedBlocksBefore = fs.getVolumeStatus(root.volumeId()).status().usedBlocks();
    }

    private void bindOld(String name, Fid fid) throws IOException {
        bind(name, fid);
        firstVersions.put(name, fs.fetchStatus(fid).status().dataVersion());
    }

    private Fid entry(Fid directory, String name) throws IOException {
        List<Fid> found = new ArrayList<>();
        fs.fetchData64(directory, 0, 2048, (in, coming) -> {
            ByteBuffer bytes = ByteBuffer.allocate((int) coming);
            while (bytes.hasRemaining() && in.read(bytes) >= 0) {
                // until all is read
            }
            found.add(Objects.requireNonNull(DirectoryContents.of(bytes.array()).lookUp(name)).fid(directory.volumeId()));
        });
        return found.getFirst();
    }

    void bind(String name, Fid fid) {
        fids.put(name, fid);
        names.put(fid, name);
    }

    /// What the calls name; a name that was never bound gives a vnode that is not there.
    Fid fid(String name) {
        Fid known = fids.get(name);
        return known == null ? new Fid(volume("root"), NO_FILE, NO_UNIQUIFIER) : known;
    }

    /// Stores an ACL by either procedure, where there are both: OpenAFS has the newer one since 1.8.14.
    FileServerReply.Changed storeAcl(String directory, String acl, boolean old) throws IOException {
        return old || isOpenAfs ? fs.oldStoreAcl(fid(directory), acl) : fs.storeAcl(fid(directory), acl);
    }

    int volume(String name) {
        Fid root = fids.get(name);
        if (root == null) {
            throw new IllegalStateException("no run has begun");
        }
        return root.volumeId();
    }

    String name(Fid fid) {
        String name = names.get(fid);
        return name == null ? "?" : name;
    }

    /// Blocks that the run has taken in the volume.
    int moreBlocks(int usedBlocks) {
        return usedBlocks - usedBlocksBefore;
    }

    int usedBlocksBefore() {
        return usedBlocksBefore;
    }

    /// Makes a call, and tells how it ended.
    String answer(Step step) {
        try {
            return SERVED + step.action().on(this);
        } catch (RxAbortException e) {
            return "abort " + e.code();
        } catch (IOException e) {
            return "failed: " + e;
        }
    }

    /// Calls a procedure with any request, and gives the length of its reply.
    String raw(int opcode, XdrValue request) throws IOException {
        XdrWriter out = new XdrWriter();
        out.int32(opcode);
        request.encode(out);
        try (RxClientCall call = connection.newCall()) {
            out.sendTo(call);
            call.endRequest();
            XdrReader in = new XdrReader(call);
            in.end();
            return "nothing";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /// The directory that a rename goes to. OpenAFS tells the two directories of a rename apart by their numbers alone, and takes one
    /// that is gone for the one that has its number since; so the call names one there has never been.
    Fid renamedTo(String from, String to) {
        Fid one = fid(from);
        Fid other = fid(to);
        boolean mistaken = isOpenAfs && one.volumeId() == other.volumeId() && one.vnode() == other.vnode() && !one.equals(other);
        return mistaken ? new Fid(other.volumeId(), NO_DIRECTORY, NO_UNIQUIFIER) : other;
    }

    /// A rename has taken the place of an empty directory. OpenAFS goes on to count its link to the one above, and to keep what it
    /// was, until the volume is salvaged; the embedded server does neither.
    void replacedDirectory(String parent, String replaced) throws IOException {
        if (isOpenAfs) {
            linksTooMany.merge(parent, 1, Integer::sum);
            usedBlocksBefore += (int) (fs.fetchStatus(fid(replaced)).status().lengthBytes() / BLOCK_BYTES);
        }
    }

    /// What of a status does not depend on time, server or numbers.
    private String status(Fid fid, FetchStatus status) {
        if (status.errorCode() != 0) {
            return "error " + status.errorCode();
        }
        Fid parent = new Fid(fid.volumeId(), status.parentVnode(), status.parentUniquifier());
        return "%s v%d links=%d bytes=%d author=%d owner=%d group=%d mode=%o rights=%d/%d parent=%s segment=%d set=%s sync=%d locks=%d"
                .formatted(
                        status.fileType(),
                        status.interfaceVersion(),
                        status.linkCount() - linksTooMany.getOrDefault(name(fid), 0),
                        status.lengthBytes(),
                        status.author(),
                        status.owner(),
                        status.group(),
                        status.unixModeBits(),
                        status.callerAccess(),
                        status.anonymousAccess(),
                        name(parent),
                        status.segmentSize(),
                        seconds(status.clientModificationTime()),
                        status.syncCounter(),
                        status.lockCount());
    }

    /// The same for a vnode that the call names: also how often its contents have changed.
    String status(String name, FetchStatus status) {
        return name + "[dv=" + (status.dataVersion() - firstVersions.getOrDefault(name, 0L)) + " "
                + status(fid(name), status) + "]";
    }

    private static String seconds(int time) {
        return Integer.compareUnsigned(time, FIRST_REAL_SECOND) < 0 ? Integer.toUnsignedString(time) : "now";
    }

    /// Lets the server forget the client, so that nobody waits for it.
    @Override
    public void close() {
        try {
            fs.giveUpAllCallBacks();
        } catch (IOException e) {
            // a server that is not there keeps nobody waiting either
        }
        endpoint.close();
    }
}
