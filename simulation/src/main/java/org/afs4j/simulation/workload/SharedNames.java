package org.afs4j.simulation.workload;

import java.io.IOException;
import java.util.List;
import org.afs4j.client.AfsClient;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.Errno;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Write;

/// The names of a directory that users create, remove, rename and look up, as one client sees them.
///
/// Threads: one.
abstract class SharedNames {
    final History history;
    final Ground ground;
    final int client;
    final AfsClient afs;

    SharedNames(History history, Ground ground, int client, AfsClient afs) {
        this.history = history;
        this.ground = ground;
        this.client = client;
        this.afs = afs;
    }

    String path(String name) {
        return ground.namesDirectory() + "/" + name;
    }

    /// Makes what has the name, unless there is something.
    abstract void create(String name) throws IOException;

    /// What has the name.
    abstract String look(String name) throws IOException;

    /// Lists the names.
    abstract void list() throws IOException;

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

    void done(List<Write> writes) {
        writes.forEach(history::visible);
        history.stored(writes);
    }

    /// A name that was there, or was not, is an answer like any other; every other error leaves open what has happened.
    void refused(AfsFileException e, List<Write> writes) throws AfsFileException {
        if (e.errno() != Errno.EEXIST && e.errno() != Errno.ENOENT) {
            throw e;
        }
        writes.forEach(history::withdraw);
    }

    void lookUp(String name) throws IOException {
        long begin = history.tick();
        String seen;
        try {
            seen = look(name);
        } catch (AfsFileException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            seen = Ground.ABSENT;
        }
        history.read(client, name, Means.NAME, begin, seen);
    }
}
