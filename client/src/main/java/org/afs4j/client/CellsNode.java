package org.afs4j.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.client.cache.Cells;
import org.afs4j.client.error.AfsContext;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.path.PathWalker;
import org.afs4j.protocol.AfsError;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolumeStatus;

/// `/afs`: no server has it. It lists the cells, and nobody changes it.
final class CellsNode implements AfsNode {
    private static final String PATH = "/afs";
    private static final AfsFileInfo INFO = AfsFileInfo.ofCell("");

    private static final AfsWatch NEVER_DOUBTED = new AfsWatch() {
        @Override
        public boolean awaitTold(long mostNanos) {
            return true;
        }

        @Override
        public void close() {}
    };

    private final AfsClient client;
    private final Cells cells;
    private final PathWalker walker;

    CellsNode(AfsClient client, Cells cells, PathWalker walker) {
        this.client = client;
        this.cells = cells;
        this.walker = walker;
    }

    @Override
    public String cell() {
        return "";
    }

    @Override
    public Fid fid() {
        return INFO.fid();
    }

    @Override
    public AfsFileInfo info() {
        return INFO;
    }

    @Override
    public long trustedNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public AfsWatch watch(Runnable doubted) {
        return NEVER_DOUBTED;
    }

    @Override
    public AfsNode lookUp(String name) throws IOException {
        if (name.equals(".") || name.equals("..")) {
            return this;
        }
        return client.at(null, () -> new VnodeNode(client, walker.cellRoot(name), this));
    }

    /// A cell that cannot be found is a failure with a remedy, and never only a missing name.
    @Override
    public AfsNode find(String name) throws IOException {
        return lookUp(name);
    }

    @Override
    public List<AfsNodeEntry> list(long cookie, int most) {
        List<AfsNodeEntry> entries = new ArrayList<>();
        add(entries, ".", INFO.fid());
        add(entries, "..", INFO.fid());
        cells.all().forEach(cell -> add(entries, cell.name(), INFO.fid()));
        int from = Math.clamp(cookie, 0, entries.size());
        return List.copyOf(entries.subList(from, from + Math.min(most, entries.size() - from)));
    }

    private static void add(List<AfsNodeEntry> entries, String name, Fid fid) {
        entries.add(new AfsNodeEntry(name, fid, entries.size() + 1L));
    }

    /// Asks no cell.
    @Override
    public void prefetch(List<AfsNodeEntry> entries) {}

    @Override
    public void prefetchFrom(String name) {
        // no server is asked about it
    }

    @Override
    public String readLink() throws IOException {
        throw refuse(AfsError.EINVAL, "readlink");
    }

    @Override
    public AfsNode createFile(String name, int mode) throws IOException {
        throw refuse(AfsError.EROFS, "create");
    }

    @Override
    public AfsNode makeDirectory(String name, int mode) throws IOException {
        throw refuse(AfsError.EROFS, "mkdir");
    }

    @Override
    public AfsNode makeSymlink(String name, String target) throws IOException {
        throw refuse(AfsError.EROFS, "symlink");
    }

    @Override
    public void makeMountPoint(String name, String target) throws IOException {
        throw refuse(AfsError.EROFS, "mount");
    }

    @Override
    public void makeLink(String name, AfsNode file) throws IOException {
        throw refuse(AfsError.EROFS, "link");
    }

    @Override
    public void remove(String name) throws IOException {
        throw refuse(AfsError.EROFS, "remove");
    }

    @Override
    public void removeDirectory(String name) throws IOException {
        throw refuse(AfsError.EROFS, "rmdir");
    }

    @Override
    public void rename(String name, AfsNode to, String newName) throws IOException {
        throw refuse(AfsError.EROFS, "rename");
    }

    @Override
    public void setAttributes(StoreStatus attributes) throws IOException {
        throw refuse(AfsError.EROFS, "setattr");
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        throw refuse(AfsError.EISDIR, "truncate");
    }

    @Override
    public VolumeStatus volumeStatus() throws IOException {
        throw refuse(AfsError.ENODEV, "status of a volume");
    }

    @Override
    public String accessList() throws IOException {
        throw refuse(AfsError.ENODEV, "access list");
    }

    @Override
    public AfsFile open(AfsOpenOption... options) throws IOException {
        throw refuse(AfsError.EISDIR, "open");
    }

    private static AfsFileException refuse(AfsError error, String what) {
        return new AfsFileException(error, new AfsContext(PATH, null, null, null, null, what));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CellsNode node && node.client.equals(client);
    }

    @Override
    public int hashCode() {
        return client.hashCode();
    }

    @Override
    public String toString() {
        return PATH;
    }
}
