package org.afs4j.simulation.workload;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.Errno;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Write;

/// The names of a directory that users create, remove, rename and look up, as one client sees them.
///
/// Threads: one.
final class SharedNames {
    private final History history;
    private final Ground ground;
    private final int client;
    private final AfsClient afs;

    SharedNames(History history, Ground ground, int client, AfsClient afs) {
        this.history = history;
        this.ground = ground;
        this.client = client;
        this.afs = afs;
    }

    private String path(String name) {
        return ground.namesDirectory() + "/" + name;
    }

    private static String value(AfsFileInfo info) {
        return info.fid().toString();
    }

    void create(String name) throws IOException {
        Write write = history.write(client, name, null);
        AfsFile made;
        try {
            made = afs.open(path(name), AfsOpenOption.WRITE, AfsOpenOption.CREATE_NEW);
        } catch (AfsFileException e) {
            if (e.errno() != Errno.ENOENT) { // that is a file that was made, and removed by another before it was open
                refused(e, List.of(write));
            }
            return;
        }
        try (made) {
            history.makes(write, value(made.info())); // fails if another has removed it: nobody knows then what it was
        } finally {
            done(List.of(write));
        }
    }

    void remove(String name) throws IOException {
        Write write = history.write(client, name, Ground.ABSENT);
        try {
            afs.remove(path(name));
            done(List.of(write));
        } catch (AfsFileException e) {
            refused(e, List.of(write));
        }
    }

    void rename(String from, String to) throws IOException {
        List<Write> writes = List.of(history.write(client, from, Ground.ABSENT), history.write(client, to, null));
        try {
            afs.rename(path(from), path(to));
            done(writes);
        } catch (AfsFileException e) {
            refused(e, writes);
        }
    }

    private void done(List<Write> writes) {
        writes.forEach(history::visible);
        history.stored(writes);
    }

    /// A name that was there, or was not, is an answer like any other; every other error leaves open what has happened.
    private void refused(AfsFileException e, List<Write> writes) throws AfsFileException {
        if (e.errno() != Errno.EEXIST && e.errno() != Errno.ENOENT) {
            throw e;
        }
        writes.forEach(history::withdraw);
    }

    void lookUp(String name) throws IOException {
        long begin = history.tick();
        String seen;
        try {
            seen = value(afs.info(path(name), false));
        } catch (AfsFileException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            seen = Ground.ABSENT;
        }
        history.read(client, name, Means.NAME, begin, seen);
    }

    void list() throws IOException {
        long begin = history.tick();
        Map<String, String> seen = new HashMap<>();
        for (AfsEntry entry : afs.listWithInfo(ground.namesDirectory())) {
            seen.put(entry.name(), value(entry.info()));
        }
        for (String name : ground.namePlaces()) {
            history.read(client, name, Means.NAME, begin, seen.getOrDefault(name, Ground.ABSENT));
        }
    }
}
