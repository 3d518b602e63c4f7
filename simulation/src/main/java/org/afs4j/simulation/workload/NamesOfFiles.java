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

/// Names of empty files; what a read of one sees is the file's fid.
final class NamesOfFiles extends SharedNames {
    NamesOfFiles(History history, Ground ground, int client, AfsClient afs) {
        super(history, ground, client, afs);
    }

    private static String value(AfsFileInfo info) {
        return info.fid().toString();
    }

    @Override
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

    @Override
    String look(String name) throws IOException {
        return value(afs.info(path(name), false));
    }

    @Override
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
