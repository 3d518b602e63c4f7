package org.afs4j.cell;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.VolumeStatus;
import org.afs4j.rx.RxAbortException;

/// The volume instances that one file server has.
///
/// Threads: any. Locks: none.
final class ServedVolumes {
    private final Map<Integer, EmbeddedVolume> volumes = new ConcurrentSkipListMap<>(Integer::compareUnsigned);
    private final Set<Integer> movedAway = ConcurrentHashMap.newKeySet();

    void add(EmbeddedVolume volume) {
        volumes.put(volume.id(), volume);
        movedAway.remove(volume.id());
    }

    /// Lets an instance go.
    ///
    /// @param moved whether the server remembers that it has moved
    void remove(EmbeddedVolume volume, boolean moved) {
        if (moved) {
            movedAway.add(volume.id());
        }
        volumes.remove(volume.id(), volume);
    }

    /// The instances, by id.
    List<EmbeddedVolume> all() {
        return List.copyOf(volumes.values());
    }

    boolean has(EmbeddedVolume volume) {
        return volume.equals(volumes.get(volume.id()));
    }

    /// Gives an instance.
    ///
    /// @throws RxAbortException with VMOVED or VNOVOL, if it is not here
    EmbeddedVolume at(int id) throws RxAbortException {
        EmbeddedVolume volume = volumes.get(id);
        if (volume == null) {
            throw AbortCode.refusal(movedAway.contains(id) ? AbortCode.VMOVED : AbortCode.VNOVOL);
        }
        return volume;
    }

    /// Gives the instance that a vnode is in.
    ///
    /// @throws RxAbortException with EINVAL, if the fid names no vnode; otherwise as [#at(int)]
    EmbeddedVolume at(Fid fid) throws RxAbortException {
        if (fid.volumeId() == 0 || fid.vnode() == 0) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
        return at(fid.volumeId());
    }

    /// @throws RxAbortException as [#at(int)], if it has gone
    void requireHere(EmbeddedVolume volume) throws RxAbortException {
        if (!volume.equals(at(volume.id()))) {
            throw AbortCode.refusal(AbortCode.VNOVOL);
        }
    }

    /// What a caller is told when the store of a volume fails, which the log tells more of.
    static RxAbortException failed(EmbeddedVolume volume, CellStoreException e) {
        System.getLogger(FileServer.class.getName())
                .log(System.Logger.Level.ERROR, "volume {0}: {1}", volume.name(), e.getMessage());
        return AbortCode.refusal(AbortCode.EIO);
    }

    /// The id of the read-write instance of a volume.
    int readWriteId(EmbeddedVolume volume) {
        return VolumeDatabase.readWriteId(volume.id());
    }

    /// What GetVolumeStatus tells of an instance, whose lock is held.
    VolumeStatus status(EmbeddedVolume volume) {
        long available = volume.isDiskFull() ? 0 : Integer.MAX_VALUE - volume.usedBlocks();
        return new VolumeStatus(
                volume.id(),
                readWriteId(volume),
                !volume.isOffline(),
                true,
                true,
                false,
                volume.isReadOnly() ? VolumeStatus.READ_ONLY : VolumeStatus.READ_WRITE,
                0,
                (int) volume.maxBlocks(),
                (int) volume.usedBlocks(),
                (int) Math.max(0, available),
                Integer.MAX_VALUE);
    }
}
