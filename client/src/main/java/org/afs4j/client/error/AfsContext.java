package org.afs4j.client.error;

import org.afs4j.protocol.Fid;
import org.jspecify.annotations.Nullable;

/// Where something failed, as far as it is known.
///
/// @param path the path that the user named
/// @param cell the cell's name
/// @param volume the volume's name
/// @param fid the vnode
/// @param server the server's address
/// @param procedure what was asked of the server
public record AfsContext(
        @Nullable String path,
        @Nullable String cell,
        @Nullable String volume,
        @Nullable Fid fid,
        @Nullable String server,
        @Nullable String procedure) {
    /// Nothing is known.
    public static final AfsContext NONE = new AfsContext(null, null, null, null, null, null);

    /// The same with a path.
    ///
    /// @param newPath the path that the user named
    public AfsContext withPath(String newPath) {
        return new AfsContext(newPath, cell, volume, fid, server, procedure);
    }

    /// The same with a cell and a volume.
    ///
    /// @param newCell the cell's name
    /// @param newVolume the volume's name, or null
    public AfsContext withVolume(String newCell, @Nullable String newVolume) {
        return new AfsContext(path, newCell, newVolume, fid, server, procedure);
    }

    /// The context in words, for the end of a sentence: `FetchStatus of 536870913.3.1 (cell c, volume v, server s)`.
    String describe() {
        StringBuilder words = new StringBuilder();
        append(words, "", procedure);
        append(words, words.isEmpty() ? "" : " of ", path != null ? path : fid);
        StringBuilder where = new StringBuilder();
        append(where, "cell ", cell);
        append(where, where.isEmpty() ? "volume " : ", volume ", volume);
        append(where, where.isEmpty() ? "fid " : ", fid ", path == null ? null : fid);
        append(where, where.isEmpty() ? "server " : ", server ", server);
        return where.isEmpty() ? words.toString() : words + " (" + where + ")";
    }

    private static void append(StringBuilder words, String before, @Nullable Object value) {
        if (value != null) {
            words.append(before).append(value);
        }
    }
}
