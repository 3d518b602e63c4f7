package org.afs4j.protocol.fs;

import java.io.IOException;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.call.BoundedStream;
import org.afs4j.protocol.call.ServerProcedures;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;
import org.afs4j.rx.RxServerCall;
import org.afs4j.rx.RxService;
import org.jspecify.annotations.Nullable;

/// Serves the calls of a file server: requests are read, given to the service, its replies are written.
///
/// A call without an opcode is aborted with −454, one with an unknown opcode with −455, one whose request is
/// malformed with −453. Threads: any number at once.
public final class FileServerDispatcher implements RxService {
    private static final ServerProcedures<FileServerService> PROCEDURES = new ServerProcedures<FileServerService>()
            .add(FileServerOpcode.FETCH_ACL, FileServerRequest.OfFid::decode, FileServerService::fetchAcl)
            .add(FileServerOpcode.FETCH_STATUS, FileServerRequest.OfFid::decode, FileServerService::fetchStatus)
            .add(FileServerOpcode.OLD_STORE_ACL, FileServerRequest.StoreAcl::decode, FileServerService::oldStoreAcl)
            .add(FileServerOpcode.STORE_ACL, FileServerRequest.StoreAcl::decode, FileServerService::storeAcl)
            .add(FileServerOpcode.STORE_STATUS, FileServerRequest.Store::decode, FileServerService::storeStatus)
            .add(FileServerOpcode.REMOVE_FILE, FileServerRequest.OfName::decode, FileServerService::removeFile)
            .add(FileServerOpcode.CREATE_FILE, FileServerRequest.Create::decode, FileServerService::createFile)
            .add(FileServerOpcode.RENAME, FileServerRequest.Rename::decode, FileServerService::rename)
            .add(FileServerOpcode.SYMLINK, FileServerRequest.Symlink::decode, FileServerService::symlink)
            .add(FileServerOpcode.LINK, FileServerRequest.Link::decode, FileServerService::link)
            .add(FileServerOpcode.MAKE_DIR, FileServerRequest.Create::decode, FileServerService::makeDir)
            .add(FileServerOpcode.REMOVE_DIR, FileServerRequest.OfName::decode, FileServerService::removeDir)
            .addWithoutReply(FileServerOpcode.GIVE_UP_CALL_BACKS, FileServerRequest.GiveUpCallBacks::decode, FileServerService::giveUpCallBacks)
            .add(FileServerOpcode.GET_VOLUME_STATUS, FileServerRequest.OfVolume::decode, FileServerService::getVolumeStatus)
            .add(FileServerOpcode.GET_TIME, FileServerService::getTime)
            .add(FileServerOpcode.SET_LOCK, FileServerRequest.SetLock::decode, FileServerService::setLock)
            .add(FileServerOpcode.EXTEND_LOCK, FileServerRequest.OfFid::decode, FileServerService::extendLock)
            .add(FileServerOpcode.RELEASE_LOCK, FileServerRequest.OfFid::decode, FileServerService::releaseLock)
            .add(FileServerOpcode.LOOKUP, FileServerRequest.OfName::decode, FileServerService::lookup)
            .add(FileServerOpcode.INLINE_BULK_STATUS, FileServerRequest.Bulk::decode, FileServerService::inlineBulkStatus)
            .addWithoutReply(FileServerOpcode.GIVE_UP_ALL_CALL_BACKS, FileServerService::giveUpAllCallBacks)
            .add(FileServerOpcode.GET_CAPABILITIES, FileServerService::getCapabilities)
            .addWithoutReply(FileServerOpcode.SET_VOLUME_STATUS, FileServerRequest.SetVolumeStatus::decode, FileServerService::setVolumeStatus)
            .add(FileServerOpcode.BULK_STATUS, FileServerRequest.Bulk::decode, FileServerService::bulkStatus)
            .add(FileServerOpcode.GET_STATISTICS, FileServerService::getStatistics)
            .add(FileServerOpcode.GET_ROOT_VOLUME, FileServerService::getRootVolume)
            .add(FileServerOpcode.EXTENDED_STATISTICS_VERSION, FileServerService::extendedStatisticsVersion)
            .add(FileServerOpcode.GET_EXTENDED_STATISTICS, FileServerRequest.OfCollection::decode, FileServerService::getExtendedStatistics)
            .add(FileServerOpcode.FLUSH_CPS, FileServerRequest.FlushCps::decode, FileServerService::flushCps)
            .add(FileServerOpcode.GET_STATISTICS_64, FileServerRequest.OfStatistics::decode, FileServerService::getStatistics64)
            .addStreamed(FileServerOpcode.FETCH_DATA, FileServerRequest.FetchData::decodeOld, (service, context, request, call) ->
                    fetchData(service, context, request, new FetchOutput(call, request.lengthBytes(), true)))
            .addStreamed(FileServerOpcode.FETCH_DATA_64, FileServerRequest.FetchData::decode, (service, context, request, call) ->
                    fetchData(service, context, request, new FetchOutput(call, request.lengthBytes(), false)))
            .addStreamed(FileServerOpcode.STORE_DATA, FileServerRequest.StoreData::decodeOld, FileServerDispatcher::storeData)
            .addStreamed(FileServerOpcode.STORE_DATA_64, FileServerRequest.StoreData::decode, FileServerDispatcher::storeData);

    private final FileServerService service;

    /// Makes the dispatcher.
    ///
    /// @param service what carries out the procedures
    public FileServerDispatcher(FileServerService service) {
        this.service = service;
    }

    @Override
    public void serve(RxServerCall call) throws IOException {
        PROCEDURES.serve(service, call);
    }

    private static XdrValue fetchData(
            FileServerService service, CallContext context, FileServerRequest.FetchData request, FetchOutput output)
            throws IOException {
        new XdrReader(output.call).end();
        FileServerReply.Status reply = service.fetchData64(context, request, output);
        output.finish();
        return reply;
    }

    private static XdrValue storeData(
            FileServerService service, CallContext context, FileServerRequest.StoreData request, RxServerCall call)
            throws IOException {
        BoundedStream data = BoundedStream.reading(call, request.lengthBytes());
        FileServerReply.Changed reply = service.storeData64(context, request, data);
        if (data.remainingBytes() != 0) {
            throw new IllegalStateException("the service left " + data.remainingBytes() + " bytes behind");
        }
        new XdrReader(call).end();
        return reply;
    }

    private static final class FetchOutput implements FetchDataOutput {
        private final RxServerCall call;
        private final long maximumBytes;
        private final boolean old;
        private @Nullable BoundedStream data;

        /// @param old whether the length goes out in 32 bits
        FetchOutput(RxServerCall call, long maximumBytes, boolean old) {
            this.call = call;
            this.maximumBytes = maximumBytes;
            this.old = old;
        }

        @Override
        public BoundedStream begin(long lengthBytes) throws IOException {
            if (data != null || lengthBytes < 0 || lengthBytes > maximumBytes) {
                throw new IllegalStateException(
                        "data of " + lengthBytes + " bytes announced twice or beyond the " + maximumBytes + " asked for");
            }
            XdrWriter out = new XdrWriter();
            if (old) {
                out.int32((int) lengthBytes);
            } else {
                out.int64(lengthBytes);
            }
            out.sendTo(call);
            return data = BoundedStream.writing(call, lengthBytes);
        }

        void finish() {
            if (data == null || data.remainingBytes() != 0) {
                throw new IllegalStateException("the service announced no data, or owes a part of them");
            }
        }
    }
}
