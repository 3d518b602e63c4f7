package org.afs4j.cell.record;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.afs4j.cell.store.ChunkPlace;
import org.afs4j.cell.store.FileKey;

/// All of a volume instance as it is written down. Changed by the check at the start only.
public final class StoredVolume {
    private VolumeHeader header;
    private final TreeMap<Integer, StoredVnode> vnodes = new TreeMap<>();
    private final Map<Integer, TreeMap<Integer, byte[]>> pages = new HashMap<>();
    private final Map<Integer, TreeMap<Long, ChunkPlace>> chunks = new HashMap<>();

    StoredVolume(VolumeHeader header) {
        this.header = header;
    }

    /// Its header.
    public VolumeHeader header() {
        return header;
    }

    void setHeader(VolumeHeader changed) {
        header = changed;
    }

    /// Names the file with a vnode's contents.
    ///
    /// @param vnode the vnode
    public FileKey fileKey(StoredVnode vnode) {
        return new FileKey(header.readWriteId(), vnode.number(), vnode.uniquifier());
    }

    /// Its vnodes by number.
    public Map<Integer, StoredVnode> vnodes() {
        return Collections.unmodifiableMap(vnodes);
    }

    Map<Integer, byte[]> pages(int vnode) {
        return pages.computeIfAbsent(vnode, number -> new TreeMap<>());
    }

    /// Where the chunks of a file lie, by their index.
    ///
    /// @param vnode the file's number
    public Map<Long, ChunkPlace> chunks(int vnode) {
        return chunks.computeIfAbsent(vnode, number -> new TreeMap<>());
    }

    /// The contents of a directory.
    ///
    /// @param vnode the directory's number
    public byte[] image(int vnode) {
        Map<Integer, byte[]> parts = pages(vnode);
        int count = parts.keySet().stream().mapToInt(page -> page + 1).max().orElse(0);
        byte[] image = new byte[count * VolumeTables.PAGE_BYTES];
        parts.forEach((page, bytes) -> System.arraycopy(
                bytes, 0, image, page * VolumeTables.PAGE_BYTES, Math.min(bytes.length, VolumeTables.PAGE_BYTES)));
        return image;
    }

    void setImage(int vnode, byte[] image) {
        Map<Integer, byte[]> parts = pages(vnode);
        parts.clear();
        for (int page = 0; page * VolumeTables.PAGE_BYTES < image.length; page++) {
            parts.put(page, VolumeTables.page(image, page));
        }
    }

    void remove(int vnode) {
        vnodes.remove(vnode);
        pages.remove(vnode);
        chunks.remove(vnode);
    }

    /// Whether a vnode has contents without being there.
    boolean hasLeftovers() {
        return !vnodes.keySet().containsAll(pages.keySet()) || !vnodes.keySet().containsAll(chunks.keySet());
    }

    void dropLeftovers() {
        pages.keySet().retainAll(vnodes.keySet());
        chunks.keySet().retainAll(vnodes.keySet());
    }

    void put(StoredVnode vnode) {
        vnodes.put(vnode.number(), vnode);
    }
}
