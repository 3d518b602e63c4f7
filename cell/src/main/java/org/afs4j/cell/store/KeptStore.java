package org.afs4j.cell.store;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;

/// A store of records and files that outlive the process.
///
/// Order of writing: chunks go to their files first, the records that name them after, and what those replace is free afterwards. So
/// whatever was written last when the process dies, the records name chunks that are whole.
///
/// Against a loss of power there is [#sync], which forces the files first and then the records. A chunk whose record was faster than
/// its bytes is known by its checksum.
///
/// Threads: any. Locks: a leaf lock around the list of files to be forced.
abstract class KeptStore implements CellStore {
    private final RecordStore records;
    private final FileSpace space;
    private final StoreSync policy;
    private final RankedMutex mutex = new RankedMutex(LockRank.LEAF);
    private Set<FileKey> unforced = new HashSet<>();
    private boolean unsynced;

    KeptStore(RecordStore records, FileSpace space, StoreSync policy) {
        this.records = records;
        this.space = space;
        this.policy = policy;
    }

    @Override
    public boolean isKept() {
        return true;
    }

    @Override
    public Set<String> tables() {
        return records.tables();
    }

    @Override
    public void forEach(String table, Visitor visitor) throws CellStoreException {
        records.forEach(table, visitor);
    }

    @Override
    public void commit(RecordBatch batch) throws CellStoreException {
        if (policy == StoreSync.ALWAYS) {
            force(takeUnforced());
        }
        records.commit(batch);
        if (policy == StoreSync.ALWAYS) {
            records.sync();
        } else {
            mutex.lock();
            unsynced = true;
            mutex.unlock();
        }
    }

    @Override
    public ChunkFile file(FileKey key) {
        return new SlotFile(key, space, this::written);
    }

    private void written(FileKey key) {
        mutex.lock();
        try {
            unforced.add(key);
        } finally {
            mutex.unlock();
        }
    }

    @Override
    public Map<FileKey, Long> files() throws CellStoreException {
        try {
            return space.list();
        } catch (IOException e) {
            throw new CellStoreException("cannot list the files of contents: " + e.getMessage(), e);
        }
    }

    @Override
    public void delete(FileKey key) throws CellStoreException {
        try {
            space.delete(key);
        } catch (IOException e) {
            throw new CellStoreException("cannot remove " + key + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void sync() throws CellStoreException {
        boolean records = takeUnsynced();
        force(takeUnforced());
        if (records) {
            this.records.sync();
        }
    }

    private boolean takeUnsynced() {
        mutex.lock();
        try {
            boolean was = unsynced;
            unsynced = false;
            return was;
        } finally {
            mutex.unlock();
        }
    }

    private Set<FileKey> takeUnforced() {
        mutex.lock();
        try {
            Set<FileKey> keys = unforced;
            unforced = new HashSet<>();
            return keys;
        } finally {
            mutex.unlock();
        }
    }

    private void force(Set<FileKey> keys) throws CellStoreException {
        for (FileKey key : keys) {
            try {
                space.force(key);
            } catch (IOException e) {
                throw new CellStoreException("the disk did not take the contents of " + key + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() throws CellStoreException {
        try {
            sync();
        } finally {
            records.close();
        }
    }
}
