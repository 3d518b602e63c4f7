package org.afs4j.cell.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.afs4j.base.world.World;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.EmbeddedVolume;
import org.afs4j.cell.record.VolumeImage;

/// A directory of the host, served as a volume that clients can only read. What changes on the host is shown to them, and their
/// promises on the volume are broken: at once where the host tells of it (a watch on every directory), else within a few seconds (a scan).
///
/// Everyone who reaches the cell reads what this process can read, as far as the owner could by the mode bits. Symlinks are told as
/// they are, and followed by clients in AFS's names only.
///
/// Threads: one of its own.
public final class HostExport implements AutoCloseable {
    private static final long SCAN_SECONDS = 5;

    /// More watches than this take too much of the host, which has a bound for all programs together: the rest is left to the scan.
    private static final int MOST_WATCHES = 8192;

    private final AfsCell cell;
    private final EmbeddedVolume volume;
    private final HostTree tree;
    private final WatchService watches;
    private final Set<Path> watched = new HashSet<>();

    private HostExport(AfsCell cell, EmbeddedVolume volume, HostTree tree, WatchService watches) {
        this.cell = cell;
        this.volume = volume;
        this.tree = tree;
        this.watches = watches;
    }

    /// Serves a directory; it is there when this returns, also as `/afs/CELL/NAME`.
    ///
    /// @param world where the thread comes from
    /// @param cell the cell, whose store must not be kept: what is exported is the host's
    /// @param volumeName the name of the volume that is made, and of its mount point
    /// @param directory the directory
    /// @throws IOException if it is no directory, cannot be read, or has too many files
    /// @throws IllegalArgumentException if there is a volume of that name
    public static HostExport open(World world, AfsCell cell, String volumeName, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        HostTree tree = new HostTree(directory.toRealPath());
        VolumeImage first = tree.scan();
        EmbeddedVolume volume = cell.createVolume(volumeName);
        HostExport export =
                new HostExport(cell, volume, tree, FileSystems.getDefault().newWatchService());
        volume.show(first);
        export.watch();
        // What changed before the watches were there.
        volume.show(tree.scan());
        cell.mount(cell.volume("root.cell"), volumeName, "#" + volumeName + ".");
        world.startWorker("afs4j-export", export::follow);
        return export;
    }

    private void watch() {
        for (Path directory : tree.directories()) {
            if (watched.size() < MOST_WATCHES && watched.add(directory)) {
                try {
                    directory.register(
                            watches,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_DELETE,
                            StandardWatchEventKinds.ENTRY_MODIFY);
                } catch (IOException e) {
                    // The host has no more, or the directory has gone: the scan is there for that.
                    watched.remove(directory);
                }
            }
        }
    }

    private void follow() {
        try {
            while (true) {
                for (WatchKey key = watches.poll(SCAN_SECONDS, TimeUnit.SECONDS); key != null; key = watches.poll()) {
                    key.pollEvents();
                    if (!key.reset()) {
                        watched.remove((Path) key.watchable());
                    }
                }
                rescan();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            return;
        }
    }

    private void rescan() {
        try {
            VolumeImage image = tree.scan();
            watch();
            if (volume.show(image)) {
                cell.breakVolume(volume.name());
            }
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(HostExport.class.getName())
                    .log(System.Logger.Level.WARNING, "what is exported is shown as it was: {0}", e.getMessage());
        }
    }

    /// Follows the directory no more; the volume stays as it was shown last.
    @Override
    public void close() throws IOException {
        watches.close();
    }
}
