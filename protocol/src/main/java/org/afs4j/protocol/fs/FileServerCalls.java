package org.afs4j.protocol.fs;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.call.BoundedStream;
import org.afs4j.protocol.call.ClientProcedure;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxConnection;

/// The file server's procedures, called over one connection.
///
/// Each method throws [org.afs4j.rx.RxAbortException] if the server refuses ([org.afs4j.protocol.AfsError] tells what
/// the code means), another [org.afs4j.rx.RxException] if no reply came, [XdrException] if the reply is malformed,
/// [java.io.InterruptedIOException] if interrupted, and [IllegalArgumentException] if a name or list given is beyond
/// the protocol's bound ([Limits]).
///
/// Source: OpenAFS src/fsint/afsint.xg. Threads: any. Blocks: until the reply is there, a free channel included.
/// Locks: none may be held that a callback may need.
public final class FileServerCalls {
    /// The Rx service that file servers offer.
    public static final int SERVICE_ID = 1;

    private final RxConnection connection;

    /// Makes the stub.
    ///
    /// @param connection the way to the server; it stays the caller's
    public FileServerCalls(RxConnection connection) {
        this.connection = connection;
    }

    /// Fetches a directory's ACL.
    ///
    /// @param fid the vnode
    /// @throws IOException as said above
    public FileServerReply.Acl fetchAcl(Fid fid) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.FETCH_ACL, new FileServerRequest.OfFid(fid), FileServerReply.Acl::decode);
    }

    /// Fetches a vnode's status, with a callback promise.
    ///
    /// @param fid the vnode
    /// @throws IOException as said above
    public FileServerReply.Status fetchStatus(Fid fid) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.FETCH_STATUS, new FileServerRequest.OfFid(fid), FileServerReply.Status::decode);
    }

    /// Replaces a directory's ACL, as servers before OpenAFS 1.8.14 know it.
    ///
    /// @param fid the directory
    /// @param acl the ACL as text
    /// @throws IOException as said above
    public FileServerReply.Changed oldStoreAcl(Fid fid, String acl) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.OLD_STORE_ACL, new FileServerRequest.StoreAcl(fid, acl), FileServerReply.Changed::decode);
    }

    /// Replaces a directory's ACL.
    ///
    /// @param fid the directory
    /// @param acl the ACL as text
    /// @throws IOException as said above
    public FileServerReply.Changed storeAcl(Fid fid, String acl) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.STORE_ACL, new FileServerRequest.StoreAcl(fid, acl), FileServerReply.Changed::decode);
    }

    /// Sets parts of a vnode's status.
    ///
    /// @param fid the vnode
    /// @param status what to set
    /// @throws IOException as said above
    public FileServerReply.Changed storeStatus(Fid fid, StoreStatus status) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.STORE_STATUS, new FileServerRequest.Store(fid, status), FileServerReply.Changed::decode);
    }

    /// Removes the name of a file or symlink.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @throws IOException as said above
    public FileServerReply.Changed removeFile(Fid directory, String name) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.REMOVE_FILE, new FileServerRequest.OfName(directory, name), FileServerReply.Changed::decode);
    }

    /// Creates an empty file.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @param status what to set
    /// @throws IOException as said above
    public FileServerReply.Created createFile(Fid directory, String name, StoreStatus status) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.CREATE_FILE, new FileServerRequest.Create(directory, name, status), FileServerReply.Created::decode);
    }

    /// Gives a vnode another name, in the same volume.
    ///
    /// @param oldDirectory the directory that has the name
    /// @param oldName the name
    /// @param newDirectory the directory that gets it
    /// @param newName the name there
    /// @throws IOException as said above
    public FileServerReply.Renamed rename(Fid oldDirectory, String oldName, Fid newDirectory, String newName) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.RENAME, new FileServerRequest.Rename(oldDirectory, oldName, newDirectory, newName), FileServerReply.Renamed::decode);
    }

    /// Creates a symlink, or a mount point if the mode says so.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @param target what it says
    /// @param status what to set
    /// @throws IOException as said above
    public FileServerReply.SymlinkCreated symlink(Fid directory, String name, String target, StoreStatus status) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.SYMLINK, new FileServerRequest.Symlink(directory, name, target, status), FileServerReply.SymlinkCreated::decode);
    }

    /// Gives a file a further name in its own directory.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @param existing the file
    /// @throws IOException as said above
    public FileServerReply.Linked link(Fid directory, String name, Fid existing) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.LINK, new FileServerRequest.Link(directory, name, existing), FileServerReply.Linked::decode);
    }

    /// Creates a directory.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @param status what to set
    /// @throws IOException as said above
    public FileServerReply.Created makeDir(Fid directory, String name, StoreStatus status) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.MAKE_DIR, new FileServerRequest.Create(directory, name, status), FileServerReply.Created::decode);
    }

    /// Removes an empty directory.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @throws IOException as said above
    public FileServerReply.Changed removeDir(Fid directory, String name) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.REMOVE_DIR, new FileServerRequest.OfName(directory, name), FileServerReply.Changed::decode);
    }

    /// Gives up the promises of some vnodes.
    ///
    /// @param fids the vnodes, [Limits#BULK_COUNT] at most
    /// @param promises the promises, as many as fids
    /// @throws IOException as said above
    public void giveUpCallBacks(List<Fid> fids, List<CallBackPromise> promises) throws IOException {
        ClientProcedure.call(
                connection, FileServerOpcode.GIVE_UP_CALL_BACKS, new FileServerRequest.GiveUpCallBacks(fids, promises));
    }

    /// Tells a volume's state and space.
    ///
    /// @param volumeId the volume's id
    /// @throws IOException as said above
    public FileServerReply.OfVolume getVolumeStatus(int volumeId) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.GET_VOLUME_STATUS, new FileServerRequest.OfVolume(volumeId), FileServerReply.OfVolume::decode);
    }

    /// Tells the server's time; also a way to see whether it lives.
    ///
    /// @throws IOException as said above
    public FileServerReply.Time getTime() throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.GET_TIME, ClientProcedure.NOTHING, FileServerReply.Time::decode);
    }

    /// Locks a file for five minutes.
    ///
    /// @param fid the vnode
    /// @param type how
    /// @throws IOException as said above
    public FileServerReply.Locked setLock(Fid fid, LockType type) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.SET_LOCK, new FileServerRequest.SetLock(fid, type), FileServerReply.Locked::decode);
    }

    /// Prolongs the lock of a file for five minutes.
    ///
    /// @param fid the vnode
    /// @throws IOException as said above
    public FileServerReply.Locked extendLock(Fid fid) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.EXTEND_LOCK, new FileServerRequest.OfFid(fid), FileServerReply.Locked::decode);
    }

    /// Gives up the lock of a file.
    ///
    /// @param fid the vnode
    /// @throws IOException as said above
    public FileServerReply.Locked releaseLock(Fid fid) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.RELEASE_LOCK, new FileServerRequest.OfFid(fid), FileServerReply.Locked::decode);
    }

    /// Looks a name up; only translators to other systems serve this.
    ///
    /// @param directory the directory
    /// @param name the name in it
    /// @throws IOException as said above
    public FileServerReply.Created lookup(Fid directory, String name) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.LOOKUP, new FileServerRequest.OfName(directory, name), FileServerReply.Created::decode);
    }

    /// Fetches the statuses of up to 50 vnodes, with promises.
    ///
    /// @param fids the vnodes, [Limits#BULK_COUNT] at most
    /// @throws IOException as said above
    public FileServerReply.Bulk inlineBulkStatus(List<Fid> fids) throws IOException {
        return bulk(FileServerOpcode.INLINE_BULK_STATUS, fids);
    }

    private FileServerReply.Bulk bulk(int opcode, List<Fid> fids) throws IOException {
        FileServerReply.Bulk reply =
                ClientProcedure.call(connection, opcode, new FileServerRequest.Bulk(fids), FileServerReply.Bulk::decode);
        if (reply.statuses().size() != fids.size() || reply.promises().size() != fids.size()) {
            throw new XdrException("a bulk reply of " + reply.statuses().size() + " statuses and "
                    + reply.promises().size() + " promises for " + fids.size() + " fids");
        }
        return reply;
    }

    /// Fetches the statuses of up to 50 vnodes, with promises, or fails if one of them cannot be had.
    ///
    /// @param fids the vnodes, [Limits#BULK_COUNT] at most
    /// @throws IOException as said above
    public FileServerReply.Bulk bulkStatus(List<Fid> fids) throws IOException {
        return bulk(FileServerOpcode.BULK_STATUS, fids);
    }

    /// Sets what a volume may hold.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public void setVolumeStatus(FileServerRequest.SetVolumeStatus request) throws IOException {
        ClientProcedure.call(connection, FileServerOpcode.SET_VOLUME_STATUS, request);
    }

    /// Tells what the server has done.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public FileServerReply.Statistics getStatistics64(FileServerRequest.OfStatistics request) throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.GET_STATISTICS_64, request, FileServerReply.Statistics::decode);
    }

    /// Tells what the server has done, in numbers of 32 bits, and what room its disks have.
    ///
    /// @throws IOException as said above
    public ServerStatistics getStatistics() throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.GET_STATISTICS, ClientProcedure.NOTHING, ServerStatistics::decode);
    }

    /// Tells which volume is the root of the cell; today's servers refuse to.
    ///
    /// @throws IOException as said above
    public FileServerReply.RootVolume getRootVolume() throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.GET_ROOT_VOLUME, ClientProcedure.NOTHING, FileServerReply.RootVolume::decode);
    }

    /// Tells which version of the extended statistics the server has.
    ///
    /// @throws IOException as said above
    public FileServerReply.Version extendedStatisticsVersion() throws IOException {
        return ClientProcedure.call(
                connection,
                FileServerOpcode.EXTENDED_STATISTICS_VERSION,
                ClientProcedure.NOTHING,
                FileServerReply.Version::decode);
    }

    /// Tells one collection of the extended statistics.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public FileServerReply.ExtendedStatistics getExtendedStatistics(FileServerRequest.OfCollection request) throws IOException {
        return ClientProcedure.call(
                connection,
                FileServerOpcode.GET_EXTENDED_STATISTICS,
                request,
                FileServerReply.ExtendedStatistics::decode);
    }

    /// Has the server ask anew which groups some users and hosts are in.
    ///
    /// @param request the request
    /// @throws IOException as said above
    public FileServerReply.Flushed flushCps(FileServerRequest.FlushCps request) throws IOException {
        return ClientProcedure.call(connection, FileServerOpcode.FLUSH_CPS, request, FileServerReply.Flushed::decode);
    }

    /// Gives up all promises of the client.
    ///
    /// @throws IOException as said above
    public void giveUpAllCallBacks() throws IOException {
        ClientProcedure.call(connection, FileServerOpcode.GIVE_UP_ALL_CALL_BACKS, ClientProcedure.NOTHING);
    }

    /// Tells what the server can do.
    ///
    /// @throws IOException as said above
    public Capabilities getCapabilities() throws IOException {
        return ClientProcedure.call(
                connection, FileServerOpcode.GET_CAPABILITIES, ClientProcedure.NOTHING, Capabilities::decode);
    }

    /// Fetches data of a file, directory or symlink, with status and promise.
    ///
    /// @param fid the vnode
    /// @param offsetBytes where to begin
    /// @param lengthBytes how much at most; the server sends less where the file ends
    /// @param sink takes the data while they arrive; called once, also if there are none
    /// @throws IllegalStateException if the sink leaves data behind
    /// @throws IOException as said above, or from the sink
    public FileServerReply.Status fetchData64(Fid fid, long offsetBytes, long lengthBytes, DataSink sink)
            throws IOException {
        try (RxClientCall call = ClientProcedure.begin(connection)) {
            ClientProcedure.send(
                    call,
                    FileServerOpcode.FETCH_DATA_64,
                    new FileServerRequest.FetchData(fid, offsetBytes, lengthBytes));
            call.endRequest();
            XdrReader in = new XdrReader(call);
            long comingBytes = in.int64();
            if (comingBytes < 0 || comingBytes > lengthBytes) {
                throw new XdrException(comingBytes + " bytes of data come, " + lengthBytes + " were asked for");
            }
            BoundedStream data = BoundedStream.reading(call, comingBytes);
            sink.data(data, comingBytes);
            if (data.remainingBytes() != 0) {
                throw new IllegalStateException("the sink left " + data.remainingBytes() + " bytes behind");
            }
            return ClientProcedure.receive(in, FileServerReply.Status::decode);
        }
    }

    /// Stores data of a file.
    ///
    /// @param fid the file
    /// @param status what else to set
    /// @param offsetBytes where to begin
    /// @param lengthBytes how much
    /// @param fileLengthBytes how long the file is to be afterwards
    /// @param source gives the data while they leave; called once, also if there are none
    /// @throws IllegalStateException if the source gives more or less than `lengthBytes`
    /// @throws IOException as said above, or from the source
    public FileServerReply.Changed storeData64(
            Fid fid, StoreStatus status, long offsetBytes, long lengthBytes, long fileLengthBytes, DataSource source)
            throws IOException {
        try (RxClientCall call = ClientProcedure.begin(connection)) {
            ClientProcedure.send(
                    call,
                    FileServerOpcode.STORE_DATA_64,
                    new FileServerRequest.StoreData(fid, status, offsetBytes, lengthBytes, fileLengthBytes));
            BoundedStream data = BoundedStream.writing(call, lengthBytes);
            source.data(data);
            if (data.remainingBytes() != 0) {
                throw new IllegalStateException("the source owes " + data.remainingBytes() + " bytes");
            }
            call.endRequest();
            return ClientProcedure.receive(new XdrReader(call), FileServerReply.Changed::decode);
        }
    }
}
