package org.afs4j.protocol.vl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.protocol.AfsUuid;
import org.afs4j.protocol.Limits;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// vldbentry, nvldbentry and uvldbentry: a location in one of the three forms that the wire has.
///
/// The forms differ in how many sites they hold (8, 13, 13) and in how they name servers (address, address, UUID).
/// Sites beyond the count and spare words are not read, and written as 0.
///
/// Source: OpenAFS src/vlserver/vldbint.xg.
///
/// @param form which one
/// @param location the content
/// @param matchIndex in the N and U forms: the site that matched, in listings; otherwise 0
public record VolumeEntry(Form form, VolumeLocation location, int matchIndex) implements XdrValue {
    /// Words at the end of the N and U forms that have no meaning.
    private static final int SPARES = 8;

    /// Bytes of a word.
    private static final int WORD = Integer.BYTES;

    /// A form of the wire.
    public enum Form {
        /// vldbentry: 8 sites, by address.
        OLD(Limits.OLD_SITE_COUNT),
        /// nvldbentry: 13 sites, by address.
        N(Limits.SITE_COUNT),
        /// uvldbentry: 13 sites, by UUID.
        U(Limits.SITE_COUNT);

        private final int siteCount;

        Form(int siteCount) {
            this.siteCount = siteCount;
        }

        /// Sites that the form holds.
        public int siteCount() {
            return siteCount;
        }
    }

    /// An entry that is not part of a listing.
    ///
    /// @param form which one
    /// @param location the content
    public VolumeEntry(Form form, VolumeLocation location) {
        this(form, location, 0);
    }

    /// Refuses what the form cannot hold.
    ///
    /// @param form which one
    /// @param location the content
    /// @param matchIndex see above
    /// @throws IllegalArgumentException if there are more sites than the form holds
    public VolumeEntry {
        if (location.sites().size() > form.siteCount()) {
            throw new IllegalArgumentException(location.sites().size() + " sites in a form of " + form.siteCount());
        }
    }

    /// Reads an entry.
    ///
    /// @param form which one
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static VolumeEntry decode(Form form, XdrReader in) throws IOException {
        String name = in.characterArray(Limits.VOLUME_NAME_BYTES);
        if (form == Form.OLD) {
            in.int32();
        }
        int count = in.count(form.siteCount);
        List<AfsUuid> servers = new ArrayList<>(form.siteCount);
        List<Integer> uniquifiers = List.of();
        if (form == Form.U) {
            for (int i = 0; i < form.siteCount; i++) {
                servers.add(AfsUuid.decode(in));
            }
            uniquifiers = words(in, form.siteCount);
        } else {
            for (int address : words(in, form.siteCount)) {
                servers.add(new AfsUuid(Integer.toUnsignedLong(address) << 32, 0));
            }
        }
        List<Integer> partitions = words(in, form.siteCount);
        List<Integer> flags = words(in, form.siteCount);
        in.prefetch(5 * WORD);
        int readWriteId = in.int32();
        int readOnlyId = in.int32();
        int backupId = in.int32();
        int cloneId = in.int32();
        int entryFlags = in.int32();
        int matchIndex = 0;
        if (form != Form.OLD) {
            in.prefetch((1 + SPARES) * WORD);
            matchIndex = in.int32();
            for (int i = 0; i < SPARES; i++) {
                in.int32();
            }
        }
        List<VolumeSite> sites = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            AfsUuid server = servers.get(i);
            if (form == Form.U && (flags.get(i) & VolumeSite.HAS_UUID) != 0) {
                sites.add(VolumeSite.ofUuid(server, uniquifiers.get(i), partitions.get(i), flags.get(i)));
            } else {
                sites.add(VolumeSite.ofAddress(server.timeLow(), partitions.get(i), flags.get(i)));
            }
        }
        return new VolumeEntry(
                form,
                new VolumeLocation(name, readWriteId, readOnlyId, backupId, cloneId, entryFlags, sites),
                matchIndex);
    }

    @Override
    public void encode(XdrWriter out) {
        List<VolumeSite> sites = location.sites();
        out.characterArray(location.name(), Limits.VOLUME_NAME_BYTES);
        if (form == Form.OLD) {
            out.int32(0);
        }
        out.int32(sites.size());
        for (int i = 0; i < form.siteCount; i++) {
            VolumeSite site = i < sites.size() ? sites.get(i) : VolumeSite.ofAddress(0, 0, 0);
            if (form == Form.U) {
                AfsUuid byAddress = new AfsUuid(Integer.toUnsignedLong(site.address()) << 32, 0);
                (site.hasUuid() ? site.server() : byAddress).encode(out);
            } else {
                out.int32(site.address());
            }
        }
        if (form == Form.U) {
            for (int i = 0; i < form.siteCount; i++) {
                out.int32(i < sites.size() ? sites.get(i).uniquifier() : 0);
            }
        }
        for (int i = 0; i < form.siteCount; i++) {
            out.int32(i < sites.size() ? sites.get(i).partition() : 0);
        }
        for (int i = 0; i < form.siteCount; i++) {
            out.int32(i < sites.size() ? wireFlags(sites.get(i)) : 0);
        }
        out.int32(location.readWriteId());
        out.int32(location.readOnlyId());
        out.int32(location.backupId());
        out.int32(location.cloneId());
        out.int32(location.flags());
        if (form != Form.OLD) {
            out.int32(matchIndex);
            for (int i = 0; i < SPARES; i++) {
                out.int32(0);
            }
        }
    }

    private int wireFlags(VolumeSite site) {
        return form == Form.U && site.hasUuid() ? site.flags() | VolumeSite.HAS_UUID : site.flags();
    }

    private static List<Integer> words(XdrReader in, int count) throws IOException {
        return in.fixedList(count, WORD, XdrReader::int32);
    }
}
