package org.afs4j.protocol;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.afs4j.protocol.cb.CacheEntryReport;
import org.afs4j.protocol.cb.CallbackReply;
import org.afs4j.protocol.cb.CallbackRequest;
import org.afs4j.protocol.cb.InterfaceAddresses;
import org.afs4j.protocol.cb.LockReport;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.protocol.fs.VolumeStatus;
import org.afs4j.protocol.pt.ProtectionEntry;
import org.afs4j.protocol.pt.ProtectionReply;
import org.afs4j.protocol.pt.ProtectionRequest;
import org.afs4j.protocol.vl.VolumeEntry;
import org.afs4j.protocol.vl.VolumeLocationReply;
import org.afs4j.protocol.vl.VolumeLocationRequest;
import org.afs4j.protocol.vol.VolumeInfo;
import org.afs4j.protocol.vol.VolumeServerReply;
import org.afs4j.protocol.vol.VolumeServerRequest;
import org.afs4j.protocol.xdr.XdrDecoder;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// All codecs of the protocol.
final class Codecs {
    private Codecs() {}

    /// A codec.
    ///
    /// @param name of the record
    /// @param sample makes a random value
    /// @param decoder reads one
    record Codec(String name, Supplier<XdrValue> sample, XdrDecoder<? extends XdrValue> decoder) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Codec> all(RandomValues values) {
        List<Codec> codecs = new ArrayList<>();
        Stream.of(
                        FileServerRequest.class,
                        FileServerReply.class,
                        CallbackRequest.class,
                        CallbackReply.class,
                        VolumeLocationRequest.class,
                        VolumeLocationReply.class,
                        ProtectionRequest.class,
                        ProtectionReply.class,
                        VolumeServerRequest.class,
                        VolumeServerReply.class)
                .flatMap(type -> Stream.of(type.getPermittedSubclasses()))
                .forEach(type -> codecs.add(codec(type, values)));
        Stream.of(
                        Fid.class,
                        AfsUuid.class,
                        CallBackPromise.class,
                        Capabilities.class,
                        FetchStatus.class,
                        StoreStatus.class,
                        VolSync.class,
                        VolumeStatus.class,
                        ProtectionEntry.class,
                        VolumeInfo.class,
                        InterfaceAddresses.class,
                        LockReport.class,
                        CacheEntryReport.class)
                .forEach(type -> codecs.add(codec(type, values)));
        for (VolumeEntry.Form form : VolumeEntry.Form.values()) {
            codecs.add(new Codec("VolumeEntry " + form, () -> values.entry(form), in -> VolumeEntry.decode(form, in)));
        }
        return codecs;
    }

    static byte[] encode(XdrValue value) {
        XdrWriter out = new XdrWriter();
        value.encode(out);
        return out.toBytes();
    }

    private static Codec codec(Class<?> type, RandomValues values) {
        Method decode;
        try {
            decode = type.getMethod("decode", XdrReader.class);
        } catch (NoSuchMethodException e) {
            throw new LinkageError("reflection", e);
        }
        String name = (type.getEnclosingClass() == null ? "" : type.getEnclosingClass().getSimpleName() + '.')
                + type.getSimpleName();
        return new Codec(name, () -> (XdrValue) values.record(type), in -> {
            try {
                return (XdrValue) decode.invoke(null, in);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IOException malformed) {
                    throw malformed;
                }
                throw new AssertionError(e.getCause());
            } catch (IllegalAccessException e) {
                throw new LinkageError("reflection", e);
            }
        });
    }
}
