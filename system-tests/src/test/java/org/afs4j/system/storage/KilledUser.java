package org.afs4j.system.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsOpenOption;
import org.jspecify.annotations.Nullable;

/// A user of a client who makes, writes, syncs, renames, links and removes in a directory of its own while the server dies now and
/// then. It knows what must be there: what was answered, and of the step in which the server died either all or nothing.
///
/// Threads: its own runs the steps; between steps it stops at the gate.
final class KilledUser implements AutoCloseable {
    private static final int MOST_NAMES = 14;
    private static final int MOST_BYTES = 300_000;

    /// A client gives up on a server after a while, and the server is back within seconds.
    private static final int MOST_TRIES = 1000;

    /// A directory that the user has left, for a step in it was not answered.
    private record Left(String root, ModelTree before, ModelTree after) {}

    private final AfsClient client;
    private final String home;
    private final Random random;
    private final List<Left> left = new ArrayList<>();
    private ModelTree model = new ModelTree();
    private int judged;
    private int place;
    private int made;

    /// @param client the user's from now on, who closes it
    /// @param home what the names of the user's directories begin with
    KilledUser(AfsClient client, String home, long seed) throws IOException {
        this.client = client;
        this.home = home;
        random = new Random(seed);
        begin();
    }

    private interface Step {
        void make() throws IOException;
    }

    private String root() {
        return home + "-" + place;
    }

    /// How many steps ended without an answer.
    int uncertain() {
        return judged + left.size();
    }

    private String any(List<String> paths) {
        return paths.get(random.nextInt(paths.size()));
    }

    private List<String> files() {
        return model.names.entrySet().stream().filter(entry -> entry.getValue() != null).map(entry -> entry.getKey()).toList();
    }

    private List<String> directories() {
        return model.names.entrySet().stream().filter(entry -> entry.getValue() == null).map(entry -> entry.getKey()).toList();
    }

    private String newName() {
        List<String> directories = directories();
        String in = directories.isEmpty() || random.nextBoolean() ? "" : any(directories) + "/";
        return in + "n" + made++;
    }

    /// Does one thing, to its end.
    void step() throws IOException {
        List<String> files = files();
        List<String> directories = directories();
        int choice = model.names.size() >= MOST_NAMES ? 7 + random.nextInt(5) : random.nextInt(12);
        if (files.isEmpty() || choice < 2) {
            create(newName());
        } else if (choice < 6) {
            write(any(files));
        } else if (choice == 6) {
            makeDirectory("d" + made++);
        } else if (choice == 7) {
            rename(any(files), random.nextBoolean() ? any(files) : newName());
        } else if (choice == 8) {
            String existing = any(files);
            String in = ModelTree.parent(existing);
            link(existing, (in.isEmpty() ? "" : in + "/") + "l" + made++);
        } else if (choice == 9 && !directories.isEmpty()) {
            removeDirectory(any(directories));
        } else {
            remove(any(files));
        }
    }

    private void create(String path) throws IOException {
        ModelTree after = model.copy();
        after.names.put(path, new ModelTree.Contents());
        change(after, () -> client.open(root() + "/" + path, AfsOpenOption.WRITE, AfsOpenOption.CREATE_NEW).close());
    }

    private void makeDirectory(String path) throws IOException {
        ModelTree after = model.copy();
        after.names.put(path, null);
        change(after, () -> client.makeDirectory(root() + "/" + path));
    }

    private void removeDirectory(String path) throws IOException {
        if (model.isEmpty(path)) {
            ModelTree after = model.copy();
            after.names.remove(path);
            change(after, () -> client.removeDirectory(root() + "/" + path));
        }
    }

    private void remove(String path) throws IOException {
        ModelTree after = model.copy();
        after.names.remove(path);
        change(after, () -> client.remove(root() + "/" + path));
    }

    private void link(String existing, String path) throws IOException {
        ModelTree after = model.copy();
        after.names.put(path, model.names.get(existing));
        change(after, () -> client.makeLink(root() + "/" + path, root() + "/" + existing));
    }

    private void rename(String from, String to) throws IOException {
        ModelTree.@Nullable Contents moved = model.names.get(from);
        // The server, like OpenAFS's, moves no file with several names to another directory.
        boolean alone = moved != null && model.linkCount(moved, from) == 1;
        if (from.equals(to) || !alone) {
            return;
        }
        ModelTree after = model.copy();
        after.names.remove(from);
        after.names.put(to, moved);
        change(after, () -> client.rename(root() + "/" + from, root() + "/" + to));
    }

    /// Makes a change of names. If it is not answered it may have been made, or be made later, by a server that was slow: then the user
    /// goes on in another directory, and this one is as before or as after the change.
    private void change(ModelTree after, Step step) throws IOException {
        try {
            step.make();
            model = after;
        } catch (IOException unanswered) {
            leave(after);
        }
    }

    private void leave(ModelTree after) throws IOException {
        left.add(new Left(root(), model, after));
        begin();
    }

    /// Makes a new directory to work in. A name whose making was not answered is not used again.
    private void begin() throws IOException {
        IOException last = null;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            place++;
            try {
                client.makeDirectory(root());
                model = new ModelTree();
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException("never made a directory", last);
    }

    /// Compares with what a client sees.
    ///
    /// @return the first difference, or an empty text
    String difference(AfsClient judge) throws IOException {
        String found = model.difference(judge, root());
        for (Left each : left) {
            String notBefore = found.isEmpty() ? each.before().difference(judge, each.root()) : "";
            String notAfter = notBefore.isEmpty() ? "" : each.after().difference(judge, each.root());
            if (!notAfter.isEmpty()) {
                found = each.root() + " is neither as before (" + notBefore + ") nor as after (" + notAfter + ")";
            }
        }
        judged += left.size();
        left.clear();
        return found;
    }

    /// Writes and syncs, again and again until it has been answered.
    private void write(String path) throws IOException {
        ModelTree.Contents contents = model.names.get(path);
        if (contents == null) {
            return;
        }
        byte[] old = contents.bytes;
        int from = random.nextInt(old.length + 1);
        byte[] written = new byte[1 + random.nextInt(random.nextBoolean() ? 2000 : MOST_BYTES / 2)];
        random.nextBytes(written);
        byte[] now = Arrays.copyOf(old, Math.min(MOST_BYTES, Math.max(old.length, from + written.length)));
        int count = Math.min(written.length, MOST_BYTES - from);
        System.arraycopy(written, 0, now, from, count);
        IOException last = null;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            try (AfsFile file = client.open(root() + "/" + path, AfsOpenOption.WRITE)) {
                file.write(from, ByteBuffer.wrap(written, 0, count));
                file.sync();
                contents.bytes = now;
                break;
            } catch (IOException e) {
                last = e;
            }
        }
        if (!Arrays.equals(contents.bytes, now)) {
            throw new IOException("never stored " + path, last);
        }
        if (last != null) {
            // An earlier try may be carried out later: harmless, as long as nothing else is written there.
            leave(model);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
