package org.afs4j.simulation.workload;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.afs4j.client.AfsClient;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.simulation.history.History;
import org.afs4j.simulation.history.Means;
import org.afs4j.simulation.history.Write;

/// Names of symlinks; what a read of one sees is the end of where it leads, which a client of any make can tell.
public final class NamesOfSymlinks extends SharedNames {
    NamesOfSymlinks(History history, Ground ground, int client, AfsClient afs) {
        super(history, ground, client, afs);
    }

    @Override
    void create(String name) throws IOException {
        String value = "v" + history.tick();
        Write write = history.write(client, name, value);
        try {
            afs.makeSymlink(path(name), value);
            done(List.of(write));
        } catch (AfsFileException e) {
            refused(e, List.of(write));
        }
    }

    @Override
    String look(String name) throws IOException {
        return endOf(afs.readLink(path(name)));
    }

    /// The value of a symlink: `afsd.fuse` puts `/afs/` before where its symlinks lead.
    public static String endOf(String target) {
        return target.substring(target.lastIndexOf('/') + 1);
    }

    /// The listing tells of each name only whether it is there.
    @Override
    void list() throws IOException {
        long begin = history.tick();
        Set<String> seen = new HashSet<>(afs.list(ground.namesDirectory()));
        for (String name : ground.namePlaces()) {
            if (!seen.contains(name)) {
                history.read(client, name, Means.NAME, begin, Ground.ABSENT);
            }
        }
    }
}
