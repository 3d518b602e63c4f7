package org.afs4j.protocol.fs;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a file server replies. Names and paths are strings as [org.afs4j.protocol.xdr.NameCodec] has them.
///
/// Source: OpenAFS src/fsint/afsint.xg.
public sealed interface FileServerReply extends XdrValue {
    /// The reply of FetchStatus, and what follows the data of FetchData64.
    ///
    /// @param status the vnode's status
    /// @param promise the promise granted
    /// @param volSync the volume's state
    record Status(FetchStatus status, CallBackPromise promise, VolSync volSync) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Status decode(XdrReader in) throws IOException {
            return new Status(FetchStatus.decode(in), CallBackPromise.decode(in), VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            status.encode(out);
            promise.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of InlineBulkStatus: statuses and promises in the order of the fids.
    ///
    /// @param statuses one each; [FetchStatus#errorCode()] where there is none
    /// @param promises one each
    /// @param volSync the volume's state
    record Bulk(List<FetchStatus> statuses, List<CallBackPromise> promises, VolSync volSync) implements FileServerReply {
        /// Copies the lists.
        ///
        /// @param statuses one each; [FetchStatus#errorCode()] where there is none
        /// @param promises one each
        /// @param volSync the volume's state
        public Bulk {
            statuses = List.copyOf(statuses);
            promises = List.copyOf(promises);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Bulk decode(XdrReader in) throws IOException {
            return new Bulk(
                    in.list(Limits.BULK_COUNT, FetchStatus.WIRE_BYTES, FetchStatus::decode),
                    in.list(Limits.BULK_COUNT, CallBackPromise.WIRE_BYTES, CallBackPromise::decode),
                    VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(statuses, Limits.BULK_COUNT);
            out.list(promises, Limits.BULK_COUNT);
            volSync.encode(out);
        }
    }

    /// The reply of StoreData64, StoreStatus, RemoveFile and RemoveDir.
    ///
    /// @param status of the vnode; of the directory where a name was removed
    /// @param volSync the volume's state
    record Changed(FetchStatus status, VolSync volSync) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Changed decode(XdrReader in) throws IOException {
            return new Changed(FetchStatus.decode(in), VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            status.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of CreateFile, MakeDir and Lookup.
    ///
    /// @param fid the vnode
    /// @param status the vnode's status
    /// @param directoryStatus the directory's status
    /// @param promise the promise granted
    /// @param volSync the volume's state
    record Created(
            Fid fid, FetchStatus status, FetchStatus directoryStatus, CallBackPromise promise, VolSync volSync)
            implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Created decode(XdrReader in) throws IOException {
            return new Created(
                    Fid.decode(in),
                    FetchStatus.decode(in),
                    FetchStatus.decode(in),
                    CallBackPromise.decode(in),
                    VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            status.encode(out);
            directoryStatus.encode(out);
            promise.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of Symlink.
    ///
    /// @param fid the symlink
    /// @param status the vnode's status
    /// @param directoryStatus the directory's status
    /// @param volSync the volume's state
    record SymlinkCreated(
            Fid fid, FetchStatus status, FetchStatus directoryStatus, VolSync volSync)
            implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static SymlinkCreated decode(XdrReader in) throws IOException {
            return new SymlinkCreated(
                    Fid.decode(in),
                    FetchStatus.decode(in),
                    FetchStatus.decode(in),
                    VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            status.encode(out);
            directoryStatus.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of Link.
    ///
    /// @param status the vnode's status
    /// @param directoryStatus the directory's status
    /// @param volSync the volume's state
    record Linked(FetchStatus status, FetchStatus directoryStatus, VolSync volSync) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Linked decode(XdrReader in) throws IOException {
            return new Linked(FetchStatus.decode(in), FetchStatus.decode(in), VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            status.encode(out);
            directoryStatus.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of Rename.
    ///
    /// @param oldDirectoryStatus of the directory that had the name
    /// @param newDirectoryStatus of the directory that has it now
    /// @param volSync the volume's state
    record Renamed(
            FetchStatus oldDirectoryStatus, FetchStatus newDirectoryStatus, VolSync volSync)
            implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Renamed decode(XdrReader in) throws IOException {
            return new Renamed(FetchStatus.decode(in), FetchStatus.decode(in), VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            oldDirectoryStatus.encode(out);
            newDirectoryStatus.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of FetchAcl.
    ///
    /// @param acl the ACL as text: two counts, then a line each of name and rights; OpenAFS closes it with a NUL
    /// @param status the vnode's status
    /// @param volSync the volume's state
    record Acl(String acl, FetchStatus status, VolSync volSync) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Acl decode(XdrReader in) throws IOException {
            return new Acl(in.string(Limits.OPAQUE_BYTES), FetchStatus.decode(in), VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(acl, Limits.OPAQUE_BYTES);
            status.encode(out);
            volSync.encode(out);
        }
    }

    /// The reply of GetVolumeStatus.
    ///
    /// @param status the volume's state and space
    /// @param name its name
    /// @param offlineMessage why it is off line, if it is
    /// @param messageOfTheDay for its users
    record OfVolume(
            VolumeStatus status, String name, String offlineMessage, String messageOfTheDay)
            implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfVolume decode(XdrReader in) throws IOException {
            return new OfVolume(
                    VolumeStatus.decode(in),
                    in.string(Limits.NAME_BYTES),
                    in.string(Limits.OPAQUE_BYTES),
                    in.string(Limits.OPAQUE_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            status.encode(out);
            out.string(name, Limits.NAME_BYTES);
            out.string(offlineMessage, Limits.OPAQUE_BYTES);
            out.string(messageOfTheDay, Limits.OPAQUE_BYTES);
        }
    }

    /// The reply of GetStatistics64.
    ///
    /// @param numbers what the server has done, by the place that each has in the protocol
    record Statistics(List<Long> numbers) implements FileServerReply {
        /// How many there are: STATS64_VERSION.
        public static final int COUNT = 16;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Statistics decode(XdrReader in) throws IOException {
            return new Statistics(in.list(Limits.STATISTICS_COUNT, Long.BYTES, XdrReader::int64));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(numbers.stream().<XdrValue>map(each -> to -> to.int64(each)).toList(), Limits.STATISTICS_COUNT);
        }
    }

    /// The reply of GetXStats.
    ///
    /// @param version of the layout: [Version#EXTENDED_STATISTICS]
    /// @param timeSeconds since 1970, unsigned
    /// @param words the numbers
    record ExtendedStatistics(int version, int timeSeconds, List<Integer> words) implements FileServerReply {
        /// AFS_XSTATSCOLL_CALL_INFO: nothing, on any server.
        public static final int CALLS = 0;

        /// AFS_XSTATSCOLL_PERF_INFO: caches, packets and hosts.
        public static final int PERFORMANCE = 1;

        /// AFS_XSTATSCOLL_FULL_PERF_INFO: the same, and each procedure.
        public static final int FULL_PERFORMANCE = 2;

        /// AFS_XSTATSCOLL_CBSTATS: promises and breaks.
        public static final int CALLBACKS = 3;

        /// Copies the list.
        ///
        /// @param version of the layout
        /// @param timeSeconds since 1970
        /// @param words the numbers
        public ExtendedStatistics {
            words = List.copyOf(words);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ExtendedStatistics decode(XdrReader in) throws IOException {
            return new ExtendedStatistics(
                    in.int32(), in.int32(), in.list(Limits.EXTENDED_STATISTICS_WORDS, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(version);
            out.int32(timeSeconds);
            out.list(words, Limits.EXTENDED_STATISTICS_WORDS, XdrWriter::int32);
        }
    }

    /// The reply of XStatsVersion.
    ///
    /// @param version of the layout
    record Version(int version) implements FileServerReply {
        /// AFS_XSTAT_VERSION, the one that there is.
        public static final int EXTENDED_STATISTICS = 2;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Version decode(XdrReader in) throws IOException {
            return new Version(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(version);
        }
    }

    /// The reply of GetRootVolume.
    ///
    /// @param name the volume's
    record RootVolume(String name) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static RootVolume decode(XdrReader in) throws IOException {
            return new RootVolume(in.string(Limits.NAME_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(name, Limits.NAME_BYTES);
        }
    }

    /// The reply of FlushCPS.
    ///
    /// @param spare without meaning
    /// @param otherSpare without meaning
    record Flushed(int spare, int otherSpare) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Flushed decode(XdrReader in) throws IOException {
            return new Flushed(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(spare);
            out.int32(otherSpare);
        }
    }

    /// The reply of SetLock, ExtendLock and ReleaseLock.
    ///
    /// @param volSync the volume's state
    record Locked(VolSync volSync) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Locked decode(XdrReader in) throws IOException {
            return new Locked(VolSync.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            volSync.encode(out);
        }
    }

    /// The reply of GetTime.
    ///
    /// @param seconds since 1970, unsigned
    /// @param microseconds 0 to 999,999
    record Time(int seconds, int microseconds) implements FileServerReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Time decode(XdrReader in) throws IOException {
            return new Time(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(seconds);
            out.int32(microseconds);
        }
    }
}
