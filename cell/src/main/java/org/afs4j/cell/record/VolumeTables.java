package org.afs4j.cell.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.afs4j.cell.store.CellStore;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.ChunkPlace;
import org.afs4j.cell.store.RecordBatch;

/// How volumes are laid out in a store's tables:
///
/// | table | key | record |
/// |---|---|---|
/// | `volumes` | instance | [VolumeHeader] |
/// | `places` | id of the read-write instance | [StoredPlaces] |
/// | `vnodes.INSTANCE` | vnode number | [StoredVnode] |
/// | `pages.INSTANCE` | vnode number · 2³² + page | 2048 bytes of a directory |
/// | `chunks.INSTANCE` | vnode number · 2³² + index | [ChunkPlace] |
public final class VolumeTables {
    /// A page of a directory.
    public static final int PAGE_BYTES = 2048;

    private static final String VOLUMES = "volumes";
    private static final String PLACES = "places";

    private VolumeTables() {}

    private static String vnodes(int instance) {
        return "vnodes." + instance;
    }

    private static String pages(int instance) {
        return "pages." + instance;
    }

    private static String chunks(int instance) {
        return "chunks." + instance;
    }

    private static long key(int vnode, long index) {
        return (long) vnode << Integer.SIZE | index;
    }

    static byte[] page(byte[] image, int page) {
        return Arrays.copyOfRange(image, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    }

    /// Puts a volume's header.
    ///
    /// @param batch takes the change
    /// @param header the header
    public static void put(RecordBatch batch, VolumeHeader header) {
        batch.put(VOLUMES, header.instance(), header.encode());
    }

    /// Puts where a volume's instances are to be.
    ///
    /// @param batch takes the change
    /// @param places the places
    public static void put(RecordBatch batch, StoredPlaces places) {
        batch.put(PLACES, Integer.toUnsignedLong(places.readWriteId()), places.encode());
    }

    /// Puts a vnode, without its contents.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    /// @param vnode the vnode
    public static void put(RecordBatch batch, int instance, StoredVnode vnode) {
        batch.put(vnodes(instance), vnode.number(), vnode.encode());
    }

    /// Takes a vnode out, without its contents.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    /// @param vnode its number
    public static void removeVnode(RecordBatch batch, int instance, int vnode) {
        batch.remove(vnodes(instance), vnode);
    }

    /// Puts a page of a directory.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    /// @param vnode the directory's number
    /// @param page which page, from 0
    /// @param image the whole directory
    public static void putPage(RecordBatch batch, int instance, int vnode, int page, byte[] image) {
        batch.put(pages(instance), key(vnode, page), page(image, page));
    }

    /// Takes a page of a directory out.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    /// @param vnode the directory's number
    /// @param page which page, from 0
    public static void removePage(RecordBatch batch, int instance, int vnode, int page) {
        batch.remove(pages(instance), key(vnode, page));
    }

    /// Puts where a chunk of a file lies.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    /// @param vnode the file's number
    /// @param index which chunk, from 0
    /// @param place where it lies
    public static void put(RecordBatch batch, int instance, int vnode, long index, ChunkPlace place) {
        batch.put(
                chunks(instance),
                key(vnode, index),
                new RecordWriter()
                        .putInt(place.slot())
                        .putInt(place.storedBytes())
                        .putInt(place.checksum())
                        .putInt(place.lengthBytes())
                        .end());
    }

    /// Takes a chunk of a file out.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    /// @param vnode the file's number
    /// @param index which chunk, from 0
    public static void removeChunk(RecordBatch batch, int instance, int vnode, long index) {
        batch.remove(chunks(instance), key(vnode, index));
    }

    /// Takes all vnodes of an instance out, with their contents.
    ///
    /// @param batch takes the change
    /// @param instance the volume instance
    public static void dropVnodes(RecordBatch batch, int instance) {
        batch.drop(vnodes(instance));
        batch.drop(pages(instance));
        batch.drop(chunks(instance));
    }

    /// Puts all of an instance.
    static void put(RecordBatch batch, StoredVolume volume) {
        int instance = volume.header().instance();
        dropVnodes(batch, instance);
        put(batch, volume.header());
        volume.vnodes().values().forEach(vnode -> {
            put(batch, instance, vnode);
            volume.pages(vnode.number()).forEach((page, bytes) -> batch.put(pages(instance), key(vnode.number(), page), bytes));
            volume.chunks(vnode.number()).forEach((index, place) -> put(batch, instance, vnode.number(), index, place));
        });
    }

    /// Reads the places of all volumes.
    ///
    /// @param store the store
    /// @throws CellStoreException if they cannot be read
    public static List<StoredPlaces> places(CellStore store) throws CellStoreException {
        List<StoredPlaces> places = new ArrayList<>();
        store.forEach(PLACES, (key, record) -> places.add(StoredPlaces.decode((int) key, record)));
        return places;
    }

    /// Reads all volume instances.
    ///
    /// @param store the store
    /// @throws CellStoreException if they cannot be read
    static List<StoredVolume> volumes(CellStore store) throws CellStoreException {
        List<StoredVolume> volumes = new ArrayList<>();
        store.forEach(VOLUMES, (key, record) -> volumes.add(new StoredVolume(VolumeHeader.decode((int) key, record))));
        for (StoredVolume volume : volumes) {
            int instance = volume.header().instance();
            store.forEach(vnodes(instance), (key, record) -> volume.put(StoredVnode.decode((int) key, record)));
            store.forEach(pages(instance), (key, record) -> volume.pages((int) (key >>> Integer.SIZE)).put((int) key, record));
            store.forEach(chunks(instance), (key, record) -> volume.chunks((int) (key >>> Integer.SIZE))
                    .put(key & 0xffffffffL, place(key, record)));
        }
        return volumes;
    }

    private static ChunkPlace place(long key, byte[] record) throws CellStoreException {
        return RecordReader.read("chunk " + Long.toHexString(key), record, in -> {
            ChunkPlace place = new ChunkPlace(in.getInt(), in.getInt(), in.getInt(), in.getInt());
            if (place.slot() < 0
                    || place.storedBytes() < 0
                    || place.storedBytes() > ChunkFile.CHUNK_BYTES
                    || place.lengthBytes() < 0
                    || place.lengthBytes() > place.storedBytes()) {
                throw new IllegalArgumentException(place.toString());
            }
            return place;
        });
    }
}
