package org.afs4j.protocol.cb;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a client replies.
///
/// Source: OpenAFS src/fsint/afscbint.xg.
public sealed interface CallbackReply extends XdrValue {
    /// The reply of GetLock.
    ///
    /// @param name of the lock, 15 bytes at most
    /// @param lock its state
    record Lock(String name, LockReport lock) implements CallbackReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Lock decode(XdrReader in) throws IOException {
            return new Lock(in.characterArray(Limits.LOCK_NAME_BYTES), LockReport.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            out.characterArray(name, Limits.LOCK_NAME_BYTES);
            lock.encode(out);
        }
    }

    /// The reply of XStatsVersion.
    ///
    /// @param version of the layout
    record Version(int version) implements CallbackReply {
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

    /// The reply of GetXStats.
    ///
    /// @param version of the layout
    /// @param time seconds since 1970
    /// @param words the statistics
    record XStats(int version, int time, List<Integer> words) implements CallbackReply {
        /// Copies the lists.
        ///
        /// @param version of the layout
        /// @param time seconds since 1970
        /// @param words the statistics
        public XStats {
            words = List.copyOf(words);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static XStats decode(XdrReader in) throws IOException {
            return new XStats(in.int32(), in.int32(), in.list(Limits.XSTAT_WORDS, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(version);
            out.int32(time);
            out.list(words, Limits.XSTAT_WORDS, XdrWriter::int32);
        }
    }

    /// The reply of InitCallBackState2 and WhoAreYou.
    ///
    /// @param addresses who the client is
    record Addresses(InterfaceAddresses addresses) implements CallbackReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Addresses decode(XdrReader in) throws IOException {
            return new Addresses(InterfaceAddresses.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            addresses.encode(out);
        }
    }

    /// The reply of GetServerPrefs.
    ///
    /// @param address IPv4, the first byte the highest; −1 beyond the last
    /// @param rank lower is preferred; −1 beyond the last
    record ServerPreference(int address, int rank) implements CallbackReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static ServerPreference decode(XdrReader in) throws IOException {
            return new ServerPreference(in.int32(), in.int32());
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(address);
            out.int32(rank);
        }
    }

    /// The reply of GetCellServDB and GetCellByNum.
    ///
    /// @param name of the cell; empty if there is none
    /// @param servers IPv4 of its database servers
    record Cell(String name, List<Integer> servers) implements CallbackReply {
        /// Copies the lists.
        ///
        /// @param name of the cell; empty if there is none
        /// @param servers IPv4 of its database servers
        public Cell {
            servers = List.copyOf(servers);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Cell decode(XdrReader in) throws IOException {
            return new Cell(
                    in.string(Limits.NAME_BYTES),
                    in.list(Limits.CELL_SERVER_COUNT, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(name, Limits.NAME_BYTES);
            out.list(servers, Limits.CELL_SERVER_COUNT, XdrWriter::int32);
        }
    }

    /// The reply of GetLocalCell.
    ///
    /// @param name of the cell
    record LocalCell(String name) implements CallbackReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static LocalCell decode(XdrReader in) throws IOException {
            return new LocalCell(in.string(Limits.NAME_BYTES));
        }

        @Override
        public void encode(XdrWriter out) {
            out.string(name, Limits.NAME_BYTES);
        }
    }

    /// The reply of GetCacheConfig.
    ///
    /// @param version of the layout
    /// @param count how many words count
    /// @param words the configuration
    record CacheConfig(int version, int count, List<Integer> words) implements CallbackReply {
        /// Copies the lists.
        ///
        /// @param version of the layout
        /// @param count how many words count
        /// @param words the configuration
        public CacheConfig {
            words = List.copyOf(words);
        }

        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static CacheConfig decode(XdrReader in) throws IOException {
            return new CacheConfig(
                    in.int32(),
                    in.int32(),
                    in.list(Limits.CACHE_CONFIG_WORDS, Integer.BYTES, XdrReader::int32));
        }

        @Override
        public void encode(XdrWriter out) {
            out.int32(version);
            out.int32(count);
            out.list(words, Limits.CACHE_CONFIG_WORDS, XdrWriter::int32);
        }
    }

    /// The reply of TellMeAboutYourself.
    ///
    /// @param addresses who the client is
    /// @param capabilities what the client can do
    record Self(InterfaceAddresses addresses, Capabilities capabilities) implements CallbackReply {
        /// Reads it.
        ///
        /// @param in where from
        /// @throws IOException as [XdrReader]
        public static Self decode(XdrReader in) throws IOException {
            return new Self(InterfaceAddresses.decode(in), Capabilities.decode(in));
        }

        @Override
        public void encode(XdrWriter out) {
            addresses.encode(out);
            capabilities.encode(out);
        }
    }
}
