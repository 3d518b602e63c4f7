package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxStream;

/// What a file server does: a method a procedure. One that is not overridden refuses the call as unknown.
///
/// Each method throws [RxAbortException] to refuse the call with its code; any other exception ends the call as
/// [org.afs4j.rx.RxService] says.
///
/// Threads: any number at once. Source: OpenAFS src/fsint/afsint.xg.
public interface FileServerService {
    /// Fetches a directory's ACL.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Acl fetchAcl(CallContext context, FileServerRequest.OfFid request) throws IOException {
        throw refused();
    }

    /// Fetches a vnode's status, with a callback promise.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Status fetchStatus(CallContext context, FileServerRequest.OfFid request) throws IOException {
        throw refused();
    }

    /// Replaces a directory's ACL, as clients ask that do not know [#storeAcl].
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Changed oldStoreAcl(CallContext context, FileServerRequest.StoreAcl request) throws IOException {
        throw refused();
    }

    /// Replaces a directory's ACL.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Changed storeAcl(CallContext context, FileServerRequest.StoreAcl request) throws IOException {
        throw refused();
    }

    /// Sets parts of a vnode's status.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Changed storeStatus(CallContext context, FileServerRequest.Store request) throws IOException {
        throw refused();
    }

    /// Removes the name of a file or symlink.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Changed removeFile(CallContext context, FileServerRequest.OfName request) throws IOException {
        throw refused();
    }

    /// Creates an empty file.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Created createFile(CallContext context, FileServerRequest.Create request) throws IOException {
        throw refused();
    }

    /// Gives a vnode another name, in the same volume.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Renamed rename(CallContext context, FileServerRequest.Rename request) throws IOException {
        throw refused();
    }

    /// Creates a symlink, or a mount point if the mode says so.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.SymlinkCreated symlink(CallContext context, FileServerRequest.Symlink request) throws IOException {
        throw refused();
    }

    /// Gives a file a further name in its own directory.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Linked link(CallContext context, FileServerRequest.Link request) throws IOException {
        throw refused();
    }

    /// Creates a directory.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Created makeDir(CallContext context, FileServerRequest.Create request) throws IOException {
        throw refused();
    }

    /// Removes an empty directory.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Changed removeDir(CallContext context, FileServerRequest.OfName request) throws IOException {
        throw refused();
    }

    /// Gives up the promises of some vnodes.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default void giveUpCallBacks(CallContext context, FileServerRequest.GiveUpCallBacks request) throws IOException {
        throw refused();
    }

    /// Tells a volume's state and space.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.OfVolume getVolumeStatus(CallContext context, FileServerRequest.OfVolume request) throws IOException {
        throw refused();
    }

    /// Sets what a volume may hold.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default void setVolumeStatus(CallContext context, FileServerRequest.SetVolumeStatus request) throws IOException {
        throw refused();
    }

    /// Tells the server's time; also a way to see whether it lives.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default FileServerReply.Time getTime(CallContext context) throws IOException {
        throw refused();
    }

    /// Locks a file for five minutes.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Locked setLock(CallContext context, FileServerRequest.SetLock request) throws IOException {
        throw refused();
    }

    /// Prolongs the lock of a file for five minutes.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Locked extendLock(CallContext context, FileServerRequest.OfFid request) throws IOException {
        throw refused();
    }

    /// Gives up the lock of a file.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Locked releaseLock(CallContext context, FileServerRequest.OfFid request) throws IOException {
        throw refused();
    }

    /// Looks a name up; only translators to other systems serve this.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Created lookup(CallContext context, FileServerRequest.OfName request) throws IOException {
        throw refused();
    }

    /// Fetches the statuses of up to 50 vnodes, with promises.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Bulk inlineBulkStatus(CallContext context, FileServerRequest.Bulk request) throws IOException {
        throw refused();
    }

    /// Fetches the statuses of up to 50 vnodes, with promises, or fails if one of them cannot be had.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Bulk bulkStatus(CallContext context, FileServerRequest.Bulk request) throws IOException {
        throw refused();
    }

    /// Tells what the server has done.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Statistics getStatistics64(CallContext context, FileServerRequest.OfStatistics request)
            throws IOException {
        throw refused();
    }

    /// Tells what the server has done, in numbers of 32 bits, and what room its disks have.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default ServerStatistics getStatistics(CallContext context) throws IOException {
        throw refused();
    }

    /// Tells which volume is the root of the cell, if the server is asked for that at all.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default FileServerReply.RootVolume getRootVolume(CallContext context) throws IOException {
        throw refused();
    }

    /// Tells which version of the extended statistics the server has.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default FileServerReply.Version extendedStatisticsVersion(CallContext context) throws IOException {
        throw refused();
    }

    /// Tells one collection of the extended statistics.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.ExtendedStatistics getExtendedStatistics(CallContext context, FileServerRequest.OfCollection request)
            throws IOException {
        throw refused();
    }

    /// Has the server ask anew which groups some users and hosts are in.
    ///
    /// @param context who calls
    /// @param request the request
    /// @throws IOException as said above
    default FileServerReply.Flushed flushCps(CallContext context, FileServerRequest.FlushCps request) throws IOException {
        throw refused();
    }

    /// Gives up all promises of the client.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default void giveUpAllCallBacks(CallContext context) throws IOException {
        throw refused();
    }

    /// Tells what the server can do.
    ///
    /// @param context who calls
    /// @throws IOException as said above
    default Capabilities getCapabilities(CallContext context) throws IOException {
        throw refused();
    }

    /// Reads data of a file, directory or symlink; FetchData, with 32 bits, comes here too.
    ///
    /// @param context who calls
    /// @param request the request
    /// @param output where the data go, before this returns
    /// @return what follows the data
    /// @throws IOException as said above
    default FileServerReply.Status fetchData64(
            CallContext context, FileServerRequest.FetchData request, FetchDataOutput output) throws IOException {
        throw refused();
    }

    /// Writes data of a file; StoreData, with 32 bits, comes here too.
    ///
    /// @param context who calls
    /// @param request the request
    /// @param data just the data; to be read to their end
    /// @return what follows
    /// @throws IOException as said above
    default FileServerReply.Changed storeData64(
            CallContext context, FileServerRequest.StoreData request, RxStream data) throws IOException {
        throw refused();
    }

    private static RxAbortException refused() {
        return new RxAbortException(ServerProcedures.OPCODE_UNKNOWN);
    }
}
