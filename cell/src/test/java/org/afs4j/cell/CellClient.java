package org.afs4j.cell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedCondition;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.cb.CallbackCalls;
import org.afs4j.protocol.cb.CallbackDispatcher;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.CallbackService;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.directory.DirectoryContents;
import org.afs4j.protocol.directory.DirectoryEntry;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.vl.VolumeLocationCalls;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.afs4j.rx.port.DatagramPort;

/// A client without a cache: its calls, and a log of what the server tells it.
final class CellClient implements CallbackService, AutoCloseable {
    final RxEndpoint endpoint;
    final FileServerCalls fs;
    final VolumeLocationCalls vl;

    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private final RankedCondition changed = mutex.newCondition();
    private final List<String> log = new ArrayList<>();
    private final AfsUuid uuid;
    private final Capabilities capabilities;
    private boolean holdingBreaks;
    private int refuseWith;

    CellClient(World world, DatagramPort port, AfsCell cell, int capabilityBits) {
        endpoint = RxEndpoint.open(world, port, RxOptions.defaults());
        uuid = new AfsUuid(world.random().nextLong(), world.random().nextLong());
        capabilities = Capabilities.of(capabilityBits);
        endpoint.serve(CallbackCalls.SERVICE_ID, new CallbackDispatcher(this));
        fs = new FileServerCalls(
                endpoint.connect(cell.fileServerAddress(), FileServerCalls.SERVICE_ID, RxClientSecurity.none()));
        vl = new VolumeLocationCalls(
                endpoint.connect(cell.volumeLocationAddress(), VolumeLocationCalls.SERVICE_ID, RxClientSecurity.none()));
    }

    void note(String event) {
        mutex.lock();
        try {
            log.add(event);
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    List<String> log() {
        mutex.lock();
        try {
            return List.copyOf(log);
        } finally {
            mutex.unlock();
        }
    }

    List<String> takeLog() {
        mutex.lock();
        try {
            List<String> taken = List.copyOf(log);
            log.clear();
            return taken;
        } finally {
            mutex.unlock();
        }
    }

    void awaitEvent(String event) throws InterruptedException {
        mutex.lock();
        try {
            while (!log.contains(event)) {
                changed.await();
            }
        } finally {
            mutex.unlock();
        }
    }

    /// From now on breaks are logged, but not answered.
    void holdBreaks() {
        setHolding(true);
    }

    void releaseBreaks() {
        setHolding(false);
    }

    private void setHolding(boolean hold) {
        mutex.lock();
        try {
            holdingBreaks = hold;
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    /// From now on the callback service refuses with a code; 0 for none.
    void refuseWith(int code) {
        mutex.lock();
        try {
            refuseWith = code;
        } finally {
            mutex.unlock();
        }
    }

    private void hear(String event) throws IOException {
        mutex.lock();
        try {
            if (refuseWith != 0) {
                throw new RxAbortException(refuseWith);
            }
            log.add(event);
            changed.signalAll();
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void callBack(CallContext context, CallbackRequest.CallBack request) throws IOException {
        hear("break " + String.join(" ", request.fids().stream().map(Fid::toString).toList()));
        mutex.lock();
        try {
            while (holdingBreaks) {
                changed.awaitUninterruptibly();
            }
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public void initCallBackState(CallContext context) throws IOException {
        hear("InitCallBackState");
    }

    @Override
    public CallbackReply.Addresses whoAreYou(CallContext context) throws IOException {
        hear("WhoAreYou");
        return new CallbackReply.Addresses(new InterfaceAddresses(uuid, List.of()));
    }

    @Override
    public void initCallBackState3(CallContext context, CallbackRequest.OfUuid request) throws IOException {
        hear("InitCallBackState3 " + request.uuid());
    }

    @Override
    public void probeUuid(CallContext context, CallbackRequest.OfUuid request) throws IOException {
        hear("ProbeUuid");
    }

    @Override
    public CallbackReply.Self tellMeAboutYourself(CallContext context) throws IOException {
        hear("TellMeAboutYourself");
        return new CallbackReply.Self(new InterfaceAddresses(uuid, List.of()), capabilities);
    }

    FileServerReply.Created create(Fid directory, String name) throws IOException {
        return fs.createFile(directory, name, StoreStatus.NONE.withMode(0644));
    }

    FileServerReply.Changed store(Fid fid, long offset, byte[] bytes, long fileLength) throws IOException {
        return fs.storeData64(
                fid, StoreStatus.NONE, offset, bytes.length, fileLength, out -> out.write(ByteBuffer.wrap(bytes)));
    }

    /// Writes the whole of a file.
    FileServerReply.Changed store(Fid fid, byte[] bytes) throws IOException {
        return store(fid, 0, bytes, bytes.length);
    }

    byte[] fetch(Fid fid, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        fs.fetchData64(fid, offset, length, (in, coming) -> {
            bytes.limit((int) coming);
            while (bytes.hasRemaining()) {
                if (in.read(bytes) < 0) {
                    throw new IOException("cut short");
                }
            }
        });
        byte[] result = new byte[bytes.flip().remaining()];
        bytes.get(result);
        return result;
    }

    /// What a directory names.
    Map<String, Fid> list(Fid directory) throws IOException {
        DirectoryContents contents = DirectoryContents.of(fetch(directory, 0, 1 << 21));
        contents.verify();
        Map<String, Fid> entries = new TreeMap<>();
        for (DirectoryEntry entry : contents.entries()) {
            entries.put(entry.name(), entry.fid(directory.volumeId()));
        }
        return entries;
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
