package org.afs4j.cell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.afs4j.cell.administration.Caller;
import org.afs4j.cell.store.ChunkFile;
import org.afs4j.cell.store.FileContents;
import org.afs4j.cell.store.FileKey;
import org.afs4j.cell.store.HeapStore;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxStream;

/// How contents come from clients and go to them, of no lock.
final class DataTransfer {
    private static final int DATA_MISSING = -32;

    /// Where the images of directories lie while they are sent.
    private static final ChunkFile IMAGES = new HeapStore().file(new FileKey(0, 0, 0));

    private DataTransfer() {}

    /// @throws RxAbortException with EFBIG, if no file has such a place
    static void requirePlace(long offset, long length) throws RxAbortException {
        if (offset < 0 || length < 0 || length >= Long.MAX_VALUE - offset) {
            throw AbortCode.refusal(AbortCode.EFBIG);
        }
    }

    /// A part of a vnode's contents as they are now, with the volume's lock held.
    static FileContents.Range range(Vnode vnode, long offset, long length) throws IOException {
        if (!vnode.isDirectory()) {
            return vnode.contents().range(offset, length);
        }
        byte[] image = vnode.directory().toByteArray();
        FileContents contents = new FileContents(IMAGES);
        try (FileContents.Incoming incoming = contents.incoming(0)) {
            for (int from = 0; from < image.length; from += FileContents.CHUNK_BYTES) {
                incoming.add(Arrays.copyOfRange(image, from, Math.min(from + FileContents.CHUNK_BYTES, image.length)));
            }
            contents.write(incoming);
        }
        return contents.range(offset, length);
    }

    /// The file of a store, once it is clear that the store may be done. It is asked before the data are taken, and again when
    /// they are here.
    static Vnode writable(EmbeddedVolume volume, FileServerRequest.StoreData request, Caller caller) throws IOException {
        Vnode vnode = volume.vnode(request.fid());
        if (vnode.type != FileType.FILE) {
            throw AbortCode.refusal(AbortCode.EISDIR);
        }
        Access.requireStoreData(vnode, caller, request.status());
        long kept = Math.min(vnode.lengthBytes(), request.fileLengthBytes());
        long longer = Math.max(kept, request.offsetBytes() + request.lengthBytes());
        volume.requireBlocks(EmbeddedVolume.blocks(longer) - EmbeddedVolume.blocks(vnode.lengthBytes()));
        return vnode;
    }

    /// Makes stored data a part of the file, cut before to the length that the client names if that is less.
    static Vnode store(EmbeddedVolume volume, FileServerRequest.StoreData request, FileContents.Incoming incoming, Caller caller)
            throws IOException {
        Vnode vnode = writable(volume, request, caller);
        long before = vnode.lengthBytes();
        if (request.fileLengthBytes() < before) {
            vnode.contents().setLength(request.fileLengthBytes());
        }
        vnode.contents().write(incoming);
        volume.lengthChanged(vnode.lengthBytes(), before);
        vnode.dataVersion++;
        vnode.author = caller.id();
        int now = volume.nowSeconds();
        vnode.set(request.status(), now, now);
        return vnode;
    }

    /// Takes the data of a store.
    ///
    /// @param length how many bytes there are to be
    static void receive(FileContents.Incoming incoming, long length, RxStream data) throws IOException {
        long left = length;
        while (left > 0) {
            byte[] piece = new byte[(int) Math.min(incoming.room(), left)];
            ByteBuffer buffer = ByteBuffer.wrap(piece);
            while (buffer.hasRemaining()) {
                if (data.read(buffer) < 0) {
                    throw AbortCode.refusal(DATA_MISSING);
                }
            }
            incoming.add(piece);
            left -= piece.length;
        }
    }
}
