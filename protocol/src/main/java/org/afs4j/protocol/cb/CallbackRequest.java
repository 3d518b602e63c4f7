package org.afs4j.protocol.cb;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a file server, or a debugging tool, asks of a client.
///
/// Source: OpenAFS src/fsint/afscbint.xg.
public sealed interface CallbackRequest extends XdrValue {
    /// The request of CallBack: a break of up to [Limits#BULK_COUNT] fids.
    ///
    /// @param fids whose promises are broken; a volume's breaks all of it
    /// @param promises as many as fids, or none
    record CallBack(List<Fid> fids, List<CallBackPromise> promises) implements CallbackRequest {
        /// Copies the lists.
        ///
        /// @param fids whose promises are broken; a volume's breaks all of it
        /// @param promises as many as fids, or none
        public CallBack {
            fids = List.copyOf(fids);
            promises = List.copyOf(promises);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static CallBack decode(XdrReader in) throws IOException {
            return new CallBack(
                    in.list(Limits.BULK_COUNT, Fid.WIRE_BYTES, Fid::decode),
                    in.list(Limits.BULK_COUNT, CallBackPromise.WIRE_BYTES, CallBackPromise::decode));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(fids, Limits.BULK_COUNT);
            out.list(promises, Limits.BULK_COUNT);
        }
    }

    /// The request of GetLock, GetCE, GetCE64, GetServerPrefs, GetCellServDB and GetCellByNum.
    ///
    /// @param index which one
    record OfIndex(int index) implements CallbackRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfIndex decode(XdrReader in) throws IOException {
            return new OfIndex(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(index);
        }
    }

    /// The request of GetXStats.
    ///
    /// @param clientVersion the layout that the caller knows
    /// @param collection which statistics
    record GetXStats(int clientVersion, int collection) implements CallbackRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static GetXStats decode(XdrReader in) throws IOException {
            return new GetXStats(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(clientVersion);
            out.int32(collection);
        }
    }

    /// The request of InitCallBackState3, with the server's UUID, and of ProbeUuid, with the client's.
    ///
    /// @param uuid whose
    record OfUuid(AfsUuid uuid) implements CallbackRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfUuid decode(XdrReader in) throws IOException {
            return new OfUuid(AfsUuid.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            uuid.encode(out);
        }
    }

    /// The request of GetCacheConfig.
    ///
    /// @param callerVersion the layout that the caller knows
    record GetCacheConfig(int callerVersion) implements CallbackRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static GetCacheConfig decode(XdrReader in) throws IOException {
            return new GetCacheConfig(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(callerVersion);
        }
    }
}
