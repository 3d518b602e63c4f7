package org.afs4j.protocol.fs;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a client sends to a file server. Names and paths are strings as [org.afs4j.protocol.xdr.NameCodec] has them.
///
/// Source: OpenAFS src/fsint/afsint.xg.
public sealed interface FileServerRequest extends XdrValue {
    /// The request of FetchAcl, FetchStatus, ExtendLock and ReleaseLock.
    ///
    /// @param fid the vnode
    record OfFid(Fid fid) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfFid decode(XdrReader in) throws IOException {
            return new OfFid(Fid.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
        }
    }

    /// The request of RemoveFile, RemoveDir and Lookup.
    ///
    /// @param directory the directory
    /// @param name the name in it
    record OfName(Fid directory, String name) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfName decode(XdrReader in) throws IOException {
            return new OfName(Fid.decode(in), in.string(Limits.NAME_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            directory.encode(out);
            out.string(name, Limits.NAME_BYTES);
        }
    }

    /// The request of InlineBulkStatus.
    ///
    /// @param fids the vnodes, [Limits#BULK_COUNT] at most
    record Bulk(List<Fid> fids) implements FileServerRequest {
        /// Copies the lists.
        ///
        /// @param fids the vnodes, [Limits#BULK_COUNT] at most
        public Bulk {
            fids = List.copyOf(fids);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Bulk decode(XdrReader in) throws IOException {
            return new Bulk(in.list(Limits.BULK_COUNT, Fid.WIRE_BYTES, Fid::decode));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(fids, Limits.BULK_COUNT);
        }
    }

    /// The request of SetVolumeStatus.
    ///
    /// @param volumeId the volume
    /// @param mask which of the quotas to set: [#MINIMUM_QUOTA], [#MAXIMUM_QUOTA]
    /// @param minimumQuotaBlocks what is reserved for the volume, in blocks of 1024 bytes
    /// @param maximumQuotaBlocks what it may hold; 0 for no bound
    /// @param name its name; empty to leave it
    /// @param offlineMessage why it is off line; empty to leave it
    /// @param messageOfTheDay for its users; empty to leave it
    record SetVolumeStatus(
            int volumeId,
            int mask,
            int minimumQuotaBlocks,
            int maximumQuotaBlocks,
            String name,
            String offlineMessage,
            String messageOfTheDay)
            implements FileServerRequest {
        /// AFS_SETMINQUOTA.
        public static final int MINIMUM_QUOTA = 1;

        /// AFS_SETMAXQUOTA.
        public static final int MAXIMUM_QUOTA = 2;

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static SetVolumeStatus decode(XdrReader in) throws IOException {
            return new SetVolumeStatus(
                    in.int32(),
                    in.int32(),
                    in.int32(),
                    in.int32(),
                    in.string(Limits.NAME_BYTES),
                    in.string(Limits.OPAQUE_BYTES),
                    in.string(Limits.OPAQUE_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(volumeId);
            out.int32(mask);
            out.int32(minimumQuotaBlocks);
            out.int32(maximumQuotaBlocks);
            out.string(name, Limits.NAME_BYTES);
            out.string(offlineMessage, Limits.OPAQUE_BYTES);
            out.string(messageOfTheDay, Limits.OPAQUE_BYTES);
        }
    }

    /// The request of GetStatistics64.
    ///
    /// @param version how many numbers are asked for
    record OfStatistics(int version) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfStatistics decode(XdrReader in) throws IOException {
            return new OfStatistics(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(version);
        }
    }

    /// The request of GetXStats.
    ///
    /// @param version of the statistics that the client knows
    /// @param collection which numbers: [FileServerReply.ExtendedStatistics#PERFORMANCE] and the others
    record OfCollection(int version, int collection) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfCollection decode(XdrReader in) throws IOException {
            return new OfCollection(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(version);
            out.int32(collection);
        }
    }

    /// The request of FlushCPS.
    ///
    /// @param users their ids, [Limits#FLUSH_COUNT] at most
    /// @param hosts their addresses, as many at most
    /// @param spare without meaning
    record FlushCps(List<Integer> users, List<Integer> hosts, int spare) implements FileServerRequest {
        /// Copies the lists.
        ///
        /// @param users their ids
        /// @param hosts their addresses
        /// @param spare without meaning
        public FlushCps {
            users = List.copyOf(users);
            hosts = List.copyOf(hosts);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static FlushCps decode(XdrReader in) throws IOException {
            return new FlushCps(
                    in.list(Limits.FLUSH_COUNT, Integer.BYTES, XdrReader::int32),
                    in.list(Limits.FLUSH_COUNT, Integer.BYTES, XdrReader::int32),
                    in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(users, Limits.FLUSH_COUNT, XdrWriter::int32);
            out.list(hosts, Limits.FLUSH_COUNT, XdrWriter::int32);
            out.int32(spare);
        }
    }

    /// The request of FetchData64.
    ///
    /// @param fid the file, directory or symlink
    /// @param offsetBytes where to begin
    /// @param lengthBytes how much, at most
    record FetchData(Fid fid, long offsetBytes, long lengthBytes) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static FetchData decode(XdrReader in) throws IOException {
            return new FetchData(Fid.decode(in), in.int64(), in.int64());
        }

        /// Reads it as FetchData has it, with 32 bits.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static FetchData decodeOld(XdrReader in) throws IOException {
            return new FetchData(Fid.decode(in), in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            out.int64(offsetBytes);
            out.int64(lengthBytes);
        }
    }

    /// The request of StoreData64; the data follow it.
    ///
    /// @param fid the file
    /// @param status what to set
    /// @param offsetBytes where to begin
    /// @param lengthBytes how much follows
    /// @param fileLengthBytes how long the file is to be afterwards
    record StoreData(
            Fid fid, StoreStatus status, long offsetBytes, long lengthBytes, long fileLengthBytes)
            implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static StoreData decode(XdrReader in) throws IOException {
            return new StoreData(
                    Fid.decode(in),
                    StoreStatus.decode(in),
                    FileServerRequest.length(in),
                    FileServerRequest.length(in),
                    FileServerRequest.length(in));
        }

        /// Reads it as StoreData has it, with 32 bits.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static StoreData decodeOld(XdrReader in) throws IOException {
            return new StoreData(
                    Fid.decode(in), StoreStatus.decode(in), in.uint32(), in.uint32(), in.uint32());
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            status.encode(out);
            out.int64(offsetBytes);
            out.int64(lengthBytes);
            out.int64(fileLengthBytes);
        }
    }

    /// The request of StoreStatus.
    ///
    /// @param fid the vnode
    /// @param status what to set
    record Store(Fid fid, StoreStatus status) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Store decode(XdrReader in) throws IOException {
            return new Store(Fid.decode(in), StoreStatus.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            status.encode(out);
        }
    }

    /// The request of CreateFile and MakeDir.
    ///
    /// @param directory the directory
    /// @param name the new name in it
    /// @param status what to set
    record Create(Fid directory, String name, StoreStatus status) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Create decode(XdrReader in) throws IOException {
            return new Create(Fid.decode(in), in.string(Limits.NAME_BYTES), StoreStatus.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            directory.encode(out);
            out.string(name, Limits.NAME_BYTES);
            status.encode(out);
        }
    }

    /// The request of Rename.
    ///
    /// @param oldDirectory the directory that has the name
    /// @param oldName the name
    /// @param newDirectory the directory that gets it
    /// @param newName the name there; what had it is removed
    record Rename(Fid oldDirectory, String oldName, Fid newDirectory, String newName) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Rename decode(XdrReader in) throws IOException {
            return new Rename(
                    Fid.decode(in),
                    in.string(Limits.NAME_BYTES),
                    Fid.decode(in),
                    in.string(Limits.NAME_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            oldDirectory.encode(out);
            out.string(oldName, Limits.NAME_BYTES);
            newDirectory.encode(out);
            out.string(newName, Limits.NAME_BYTES);
        }
    }

    /// The request of Symlink.
    ///
    /// @param directory the directory
    /// @param name the new name in it
    /// @param target what the symlink says
    /// @param status what to set
    record Symlink(Fid directory, String name, String target, StoreStatus status) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Symlink decode(XdrReader in) throws IOException {
            return new Symlink(
                    Fid.decode(in),
                    in.string(Limits.NAME_BYTES),
                    in.string(Limits.PATH_BYTES),
                    StoreStatus.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            directory.encode(out);
            out.string(name, Limits.NAME_BYTES);
            out.string(target, Limits.PATH_BYTES);
            status.encode(out);
        }
    }

    /// The request of Link.
    ///
    /// @param directory the directory
    /// @param name the new name in it
    /// @param existing the file that gets the name
    record Link(Fid directory, String name, Fid existing) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Link decode(XdrReader in) throws IOException {
            return new Link(Fid.decode(in), in.string(Limits.NAME_BYTES), Fid.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            directory.encode(out);
            out.string(name, Limits.NAME_BYTES);
            existing.encode(out);
        }
    }

    /// The request of GiveUpCallBacks.
    ///
    /// @param fids whose promises are given up
    /// @param promises the promises, as many as fids
    record GiveUpCallBacks(List<Fid> fids, List<CallBackPromise> promises) implements FileServerRequest {
        /// Copies the lists.
        ///
        /// @param fids whose promises are given up
        /// @param promises the promises, as many as fids
        public GiveUpCallBacks {
            fids = List.copyOf(fids);
            promises = List.copyOf(promises);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static GiveUpCallBacks decode(XdrReader in) throws IOException {
            return new GiveUpCallBacks(
                    in.list(Limits.BULK_COUNT, Fid.WIRE_BYTES, Fid::decode),
                    in.list(Limits.BULK_COUNT, CallBackPromise.WIRE_BYTES, CallBackPromise::decode));
        }

        @Override
        public void encode(XdrWriter out) {
            out.list(fids, Limits.BULK_COUNT);
            out.list(promises, Limits.BULK_COUNT);
        }
    }

    /// The request of GetVolumeStatus.
    ///
    /// @param volumeId the volume's id
    record OfVolume(int volumeId) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static OfVolume decode(XdrReader in) throws IOException {
            return new OfVolume(in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(volumeId);
        }
    }

    /// The request of StoreACL, the old and the new.
    ///
    /// @param fid the directory
    /// @param acl the ACL as text: two counts, then a line each of name and rights; OpenAFS closes it with a NUL
    record StoreAcl(Fid fid, String acl) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static StoreAcl decode(XdrReader in) throws IOException {
            return new StoreAcl(Fid.decode(in), in.string(Limits.OPAQUE_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            out.string(acl, Limits.OPAQUE_BYTES);
        }
    }

    /// The request of SetLock.
    ///
    /// @param fid the file
    /// @param type how to lock
    record SetLock(Fid fid, LockType type) implements FileServerRequest {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static SetLock decode(XdrReader in) throws IOException {
            return new SetLock(Fid.decode(in), LockType.ofWire(in.int32()));
        }

        @Override
        public void encode(XdrWriter out) {
            fid.encode(out);
            out.int32(type.number());
        }
    }

    /// Reads an offset or a length: the protocol has them unsigned, but no file is that long.
    private static long length(XdrReader in) throws IOException {
        long length = in.int64();
        if (length < 0) {
            throw new XdrException("an offset or length of " + Long.toUnsignedString(length));
        }
        return length;
    }
}
