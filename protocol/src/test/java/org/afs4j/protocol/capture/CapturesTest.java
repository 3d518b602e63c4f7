package org.afs4j.protocol.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.cb.CallbackOpcode;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.fs.FileServerOpcode;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.vl.VolumeEntry;
import org.afs4j.protocol.vl.VolumeLocation;
import org.afs4j.protocol.vl.VolumeLocationOpcode;
import org.afs4j.protocol.vl.VolumeLocationReply;
import org.afs4j.protocol.vl.VolumeLocationRequest;
import org.afs4j.protocol.xdr.XdrDecoder;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What real clients and servers sent is read, and written again to the same bytes.
class CapturesTest {
    private static final XdrValue NOTHING = out -> {};
    private static final int FILE_SERVER = 7000;
    private static final int CALLBACK = 7001;
    private static final int VOLUME_LOCATION = 7003;

    /// Fid, status to store, offset, length, length of the file.
    private static final int STORE_DATA_REQUEST_BYTES = 12 + 24 + 3 * 8;

    /// Status, promise, volume's state.
    private static final int FETCH_DATA_TRAILER_BYTES = 84 + 12 + 24;

    /// A procedure's codecs.
    ///
    /// @param request reads the request
    /// @param reply reads the reply
    private record Procedure(XdrDecoder<? extends XdrValue> request, XdrDecoder<? extends XdrValue> reply) {}

    private static final Map<String, Procedure> PROCEDURES = new HashMap<>();

    private static void add(int port, int opcode, XdrDecoder<? extends XdrValue> request, XdrDecoder<? extends XdrValue> reply) {
        PROCEDURES.put(port + "/" + opcode, new Procedure(request, reply));
    }

    static {
        XdrDecoder<XdrValue> nothing = _ -> NOTHING;
        add(FILE_SERVER, FileServerOpcode.FETCH_STATUS, FileServerRequest.OfFid::decode, FileServerReply.Status::decode);
        add(FILE_SERVER, FileServerOpcode.STORE_STATUS, FileServerRequest.Store::decode, FileServerReply.Changed::decode);
        add(FILE_SERVER, FileServerOpcode.REMOVE_FILE, FileServerRequest.OfName::decode, FileServerReply.Changed::decode);
        add(FILE_SERVER, FileServerOpcode.REMOVE_DIR, FileServerRequest.OfName::decode, FileServerReply.Changed::decode);
        add(FILE_SERVER, FileServerOpcode.CREATE_FILE, FileServerRequest.Create::decode, FileServerReply.Created::decode);
        add(FILE_SERVER, FileServerOpcode.MAKE_DIR, FileServerRequest.Create::decode, FileServerReply.Created::decode);
        add(FILE_SERVER, FileServerOpcode.RENAME, FileServerRequest.Rename::decode, FileServerReply.Renamed::decode);
        add(FILE_SERVER, FileServerOpcode.SYMLINK, FileServerRequest.Symlink::decode, FileServerReply.SymlinkCreated::decode);
        add(FILE_SERVER, FileServerOpcode.LINK, FileServerRequest.Link::decode, FileServerReply.Linked::decode);
        add(FILE_SERVER, FileServerOpcode.GET_VOLUME_STATUS, FileServerRequest.OfVolume::decode, FileServerReply.OfVolume::decode);
        add(FILE_SERVER, FileServerOpcode.GET_TIME, nothing, FileServerReply.Time::decode);
        add(FILE_SERVER, FileServerOpcode.SET_LOCK, FileServerRequest.SetLock::decode, FileServerReply.Locked::decode);
        add(FILE_SERVER, FileServerOpcode.EXTEND_LOCK, FileServerRequest.OfFid::decode, FileServerReply.Locked::decode);
        add(FILE_SERVER, FileServerOpcode.RELEASE_LOCK, FileServerRequest.OfFid::decode, FileServerReply.Locked::decode);
        add(FILE_SERVER, FileServerOpcode.INLINE_BULK_STATUS, FileServerRequest.Bulk::decode, FileServerReply.Bulk::decode);
        add(FILE_SERVER, FileServerOpcode.FETCH_DATA_64, FileServerRequest.FetchData::decode, FileServerReply.Status::decode);
        add(FILE_SERVER, FileServerOpcode.STORE_DATA_64, FileServerRequest.StoreData::decode, FileServerReply.Changed::decode);
        add(FILE_SERVER, FileServerOpcode.GIVE_UP_ALL_CALL_BACKS, nothing, nothing);
        add(FILE_SERVER, FileServerOpcode.GET_CAPABILITIES, nothing, Capabilities::decode);
        add(CALLBACK, CallbackOpcode.CALL_BACK, CallbackRequest.CallBack::decode, nothing);
        add(CALLBACK, CallbackOpcode.PROBE, nothing, nothing);
        add(CALLBACK, CallbackOpcode.INIT_CALL_BACK_STATE_3, CallbackRequest.OfUuid::decode, nothing);
        add(CALLBACK, CallbackOpcode.PROBE_UUID, CallbackRequest.OfUuid::decode, nothing);
        add(CALLBACK, CallbackOpcode.TELL_ME_ABOUT_YOURSELF, nothing, CallbackReply.Self::decode);
        add(VOLUME_LOCATION, VolumeLocationOpcode.GET_CAPABILITIES, nothing, Capabilities::decode);
        add(VOLUME_LOCATION, VolumeLocationOpcode.PROBE, nothing, nothing);
        add(VOLUME_LOCATION, VolumeLocationOpcode.GET_ENTRY_BY_NAME_U, VolumeLocationRequest.ByName::decode,
                in -> VolumeEntry.decode(VolumeEntry.Form.U, in));
        add(VOLUME_LOCATION, VolumeLocationOpcode.GET_ADDRESSES_U, VolumeLocationRequest.GetAddressesU::decode,
                VolumeLocationReply.AddressesU::decode);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-mount-read.pcap",
                "04-cb-break-status-only-6.1.pcap",
                "05-lock-6.1.pcap",
                "06-write-store-6.1-small.pcap",
                "07-restart-initcallback-6.1-small.pcap",
                "10-dynroot-6.1.pcap"
            })
    void everyCapturedRequestAndReplyIsReadAndWrittenAgainToTheSameBytes(String capture) throws IOException {
        int checked = 0;
        for (CapturedCalls.Call call : CapturedCalls.read(capture)) {
            ByteBuffer request = call.request();
            if (request == null) {
                continue;
            }
            int opcode = request.getInt(0);
            String name = call.serverPort() + "/" + opcode;
            Procedure procedure = Objects.requireNonNull(PROCEDURES.get(name), () -> "no codec for " + name);
            String asked = name + " request";
            assertSame(asked, procedure.request(), withoutData(asked, request.position(4)));
            checked++;
            ByteBuffer reply = call.reply();
            if (reply != null) {
                String answered = name + " reply";
                assertSame(answered, procedure.reply(), withoutData(answered, reply));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(10);
    }

    @Test
    void theCapturesHoldEveryProcedureOfALinuxClient() {
        Map<String, Integer> counts = new TreeMap<>();
        for (String capture : new String[] {
            "01-mount-read.pcap", "05-lock-6.1.pcap", "06-write-store-6.1-small.pcap", "10-dynroot-6.1.pcap"
        }) {
            for (CapturedCalls.Call call : CapturedCalls.read(capture)) {
                ByteBuffer request = call.request();
                if (request != null && call.reply() != null) {
                    counts.merge(call.serverPort() + "/" + request.getInt(0), 1, Integer::sum);
                }
            }
        }
        assertThat(counts)
                .containsKeys(
                        "7000/132", "7000/135", "7000/136", "7000/137", "7000/138", "7000/139", "7000/140", "7000/141",
                        "7000/142", "7000/149", "7000/156", "7000/158", "7000/65536", "7000/65537", "7000/65540",
                        "7001/204", "7001/213", "7001/65538", "7003/527", "7003/533");
    }

    @Test
    void theThreeFormsOfALocationSayTheSameOfTheSameVolume() throws IOException {
        VolumeLocation old = entry("/replies/vl-root.cell-old.bin", VolumeEntry.Form.OLD);
        VolumeLocation n = entry("/replies/vl-root.cell-n.bin", VolumeEntry.Form.N);
        VolumeLocation u = entry("/replies/vl-root.cell-u.bin", VolumeEntry.Form.U);
        assertThat(n).isEqualTo(old);
        assertThat(old.name()).isEqualTo("root.cell");
        assertThat(old.readWriteId()).isEqualTo(0x2000_0003);
        assertThat(old.readOnlyId()).isEqualTo(0x2000_0004);
        assertThat(old.hasReadWrite() && old.hasReadOnly() && !old.hasBackup()).isTrue();
        assertThat(old.sites()).hasSize(2).allSatisfy(site -> {
            assertThat(site.address()).isEqualTo(0x0a63_0001);
            assertThat(site.hasUuid()).isFalse();
        });
        assertThat(u.sites()).hasSize(2).allSatisfy(site -> assertThat(site.hasUuid()).isTrue());
        assertThat(u.readOnlyId()).isEqualTo(old.readOnlyId());
        assertThat(u.sites().getFirst().isReadWrite()).isTrue();
        assertThat(u.sites().getLast().isReadOnly()).isTrue();
    }

    @Test
    void aServersListOfAddressesIsReadAndWrittenAgainToTheSameBytes() throws IOException {
        assertSame(
                "GetAddrs",
                VolumeLocationReply.Addresses::decode,
                ByteBuffer.wrap(CapturedCalls.bytes("/replies/vl-addresses.bin")));
    }

    @Test
    void aFileServersAclAndTimeAreReadAndWrittenAgainToTheSameBytes() throws IOException {
        byte[] acl = CapturedCalls.bytes("/replies/fs-acl.bin");
        assertSame("FetchACL", FileServerReply.Acl::decode, ByteBuffer.wrap(acl));
        assertThat(FileServerReply.Acl.decode(new XdrReader(acl)).acl())
                .isEqualTo("2\n0\nsystem:administrators\t127\nsystem:anyuser\t9\n\0");
        byte[] time = CapturedCalls.bytes("/replies/fs-time.bin");
        assertSame("GetTime", FileServerReply.Time::decode, ByteBuffer.wrap(time));
        assertThat(FileServerReply.Time.decode(new XdrReader(time)).microseconds()).isBetween(0, 999_999);
    }

    private static VolumeLocation entry(String resource, VolumeEntry.Form form) throws IOException {
        byte[] bytes = CapturedCalls.bytes(resource);
        assertSame(resource, in -> VolumeEntry.decode(form, in), ByteBuffer.wrap(bytes));
        return VolumeEntry.decode(form, new XdrReader(bytes)).location();
    }

    private static void assertSame(String what, XdrDecoder<? extends XdrValue> decoder, ByteBuffer bytes)
            throws IOException {
        XdrReader in = new XdrReader(bytes);
        XdrValue value = decoder.decode(in);
        in.end();
        XdrWriter out = new XdrWriter();
        value.encode(out);
        byte[] expected = new byte[bytes.remaining()];
        bytes.get(bytes.position(), expected);
        assertThat(out.toBytes()).as("%s: %s", what, value).isEqualTo(expected);
    }

    /// A call's layout without the data within it, whose length is checked.
    private static ByteBuffer withoutData(String name, ByteBuffer bytes) {
        if (name.equals("7000/65537 reply")) {
            long length = bytes.getLong(0);
            assertThat(bytes.remaining()).isEqualTo((int) (Long.BYTES + length + FETCH_DATA_TRAILER_BYTES));
            return bytes.slice((int) (Long.BYTES + length), FETCH_DATA_TRAILER_BYTES);
        }
        if (name.equals("7000/65538 request")) {
            int layoutBytes = STORE_DATA_REQUEST_BYTES;
            assertThat(bytes.remaining() - layoutBytes).isEqualTo((int) bytes.getLong(bytes.position() + layoutBytes - 16));
            return bytes.slice(bytes.position(), layoutBytes);
        }
        return bytes;
    }
}
