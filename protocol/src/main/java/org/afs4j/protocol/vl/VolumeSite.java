package org.afs4j.protocol.vl;

import org.afs4j.protocol.AfsUuid;

/// A site of a volume: a server and partition that hold it, or are meant to.
///
/// @param server the server's UUID; [AfsUuid#NIL] if only its address is known
/// @param address the server's IPv4 address, the first byte the highest; 0 if only its UUID is known
/// @param uniquifier in the U form: changes when the server registers other addresses; otherwise 0
/// @param partition 0 for /vicepa, 1 for /vicepb and so on
/// @param flags [#NEW_REPLICA] and others, without [#HAS_UUID]
public record VolumeSite(AfsUuid server, int address, int uniquifier, int partition, int flags) {
    /// VLSF_NEWREPSITE: the read-only copy here is that of the release under way.
    public static final int NEW_REPLICA = 0x01;

    /// VLSF_ROVOL: the read-only volume is here.
    public static final int READ_ONLY = 0x02;

    /// VLSF_RWVOL: the read-write volume is here.
    public static final int READ_WRITE = 0x04;

    /// VLSF_BACKVOL: the backup volume is here.
    public static final int BACKUP = 0x08;

    /// VLSF_UUID: on the wire, the server is given by UUID.
    public static final int HAS_UUID = 0x10;

    /// VLSF_DONTUSE: the read-only copy here is not yet to be used.
    public static final int DO_NOT_USE = 0x20;

    /// A site whose server is known by UUID.
    ///
    /// @param server the server
    /// @param uniquifier see above
    /// @param partition see above
    /// @param flags see above
    public static VolumeSite ofUuid(AfsUuid server, int uniquifier, int partition, int flags) {
        return new VolumeSite(server, 0, uniquifier, partition, flags & ~HAS_UUID);
    }

    /// A site whose server is known by address.
    ///
    /// @param address the server
    /// @param partition see above
    /// @param flags see above
    public static VolumeSite ofAddress(int address, int partition, int flags) {
        return new VolumeSite(AfsUuid.NIL, address, 0, partition, flags & ~HAS_UUID);
    }

    /// Whether the server's UUID is known.
    public boolean hasUuid() {
        return !server.equals(AfsUuid.NIL);
    }

    /// Whether the read-write volume is here.
    public boolean isReadWrite() {
        return (flags & READ_WRITE) != 0;
    }

    /// Whether the read-only volume is here and may be used.
    public boolean isReadOnly() {
        return (flags & READ_ONLY) != 0 && (flags & DO_NOT_USE) == 0;
    }

    /// Whether the backup volume is here: where the read-write one is, if there is a backup at all.
    public boolean isBackup() {
        return (flags & BACKUP) != 0;
    }
}
