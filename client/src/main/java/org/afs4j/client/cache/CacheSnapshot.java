package org.afs4j.client.cache;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.client.callback.BreakNote;
import org.afs4j.client.callback.Promise;
import org.afs4j.client.server.FileServer;
import org.afs4j.client.status.AfsSnapshot;
import org.afs4j.pagecache.PageCache;

/// Looks at every part of a client's cache.
///
/// Locks: leaves only, one at a time.
final class CacheSnapshot {
    private CacheSnapshot() {}

    static AfsSnapshot take(CacheContext context, Cells cells) {
        List<AfsSnapshot.CellState> cellStates = new ArrayList<>();
        List<AfsSnapshot.VolumeState> volumeStates = new ArrayList<>();
        for (Cell cell : cells.all()) {
            cellStates.add(new AfsSnapshot.CellState(
                    cell.name(), cell.volumes().size(), cell.mapped().size()));
            for (Volume volume : cell.volumes()) {
                volumeStates.add(volume(volume));
            }
        }
        PageCache pages = context.pages();
        return new AfsSnapshot(
                cellStates,
                context.servers().servers().stream().map(server -> server(context, server)).toList(),
                volumeStates,
                locks(context),
                new AfsSnapshot.PageState(
                        pages.residentBytes(),
                        pages.dirtyBytes(),
                        pages.counters().hits(),
                        pages.counters().misses(),
                        pages.counters().faults(),
                        pages.counters().strips(),
                        pages.counters().pins()),
                context.counters().snapshot());
    }

    private static AfsSnapshot.ServerState server(CacheContext context, FileServer server) {
        return new AfsSnapshot.ServerState(
                server.addresses().stream().map(CacheSnapshot::text).toList(),
                server.uuid() == null ? "" : server.uuid().toString(),
                server.isMet(),
                server.isSilent(),
                server.massBreaks(),
                context.world().nanoTime() - server.lastContactNanos(),
                server.roundTripNanos() == Long.MAX_VALUE ? -1 : server.roundTripNanos());
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static AfsSnapshot.VolumeState volume(Volume volume) {
        int vnodes = 0;
        int valid = 0;
        int unasked = 0;
        int promises = 0;
        for (Vnode vnode : volume.vnodes()) {
            vnodes++;
            if (vnode.looksValid()) {
                valid++;
            } else if (vnode.knownStatus() == null) {
                unasked++;
            }
            promises += holdsPromise(vnode) ? 1 : 0;
        }
        return new AfsSnapshot.VolumeState(
                volume.cell().name(),
                volume.toString(),
                Integer.toUnsignedLong(volume.id()),
                volume.servers().stream().map(FileServer::toString).toList(),
                vnodes,
                valid,
                unasked,
                volume.isReadOnly() ? Math.min(promises, 1) : promises);
    }

    private static boolean holdsPromise(Vnode vnode) {
        Promise promise = vnode.currentPromise();
        if (promise == null) {
            return false;
        }
        BreakNote now = vnode.note(promise.note().server());
        return promise.holds(now.volumeBreaks(), now.vnodeBreaks(), now.sentNanos());
    }

    private static List<AfsSnapshot.LockState> locks(CacheContext context) {
        List<AfsSnapshot.LockState> states = new ArrayList<>();
        context.locks().reports().forEach(report -> {
            if (report.vnode() instanceof LockedFile file) {
                states.add(new AfsSnapshot.LockState(
                        file.vnode().volume().toString(),
                        file.vnode().fid().toString(),
                        report.server(),
                        report.ranges(),
                        report.waiters(),
                        report.leftNanos()));
            }
        });
        return states;
    }
}
