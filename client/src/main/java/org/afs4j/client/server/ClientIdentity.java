package org.afs4j.client.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.afs4j.base.world.World;
import org.afs4j.protocol.AfsUuid;
import org.jspecify.annotations.Nullable;

/// The UUID by which file servers know the client, also after its address has changed.
///
/// With a directory it is kept in the file `uuid` there, so that a client which starts again is the same one to its servers. Two
/// clients never have the same at once: whoever finds the file locked by another takes a UUID for itself alone.
public final class ClientIdentity implements AutoCloseable {
    private static final String FILE_NAME = "uuid";
    private static final int TEXT_BYTES = 36;

    private final AfsUuid uuid;
    private final @Nullable FileChannel held;

    private ClientIdentity(AfsUuid uuid, @Nullable FileChannel held) {
        this.uuid = uuid;
        this.held = held;
    }

    /// Finds out who the client is.
    ///
    /// @param world where new UUIDs come from
    /// @param directory where the UUID is kept, made if it is not there; null for a UUID of this run alone
    /// @throws IOException if the file cannot be read or written
    public static ClientIdentity open(World world, @Nullable Path directory) throws IOException {
        AfsUuid fresh = new AfsUuid(world.random().nextLong(), world.random().nextLong());
        if (directory == null) {
            return new ClientIdentity(fresh, null);
        }
        Files.createDirectories(directory);
        FileChannel file = FileChannel.open(
                directory.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean kept = false;
        try {
            kept = lock(file) != null;
            return new ClientIdentity(kept ? readOrWrite(file, fresh) : fresh, kept ? file : null);
        } finally {
            if (!kept) {
                file.close();
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException otherClientOfThisProcess) {
            return null;
        }
    }

    private static AfsUuid readOrWrite(FileChannel file, AfsUuid fresh) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(TEXT_BYTES);
        while (text.hasRemaining() && file.read(text, text.position()) > 0) {
            // until all is read
        }
        try {
            return AfsUuid.of(UUID.fromString(StandardCharsets.US_ASCII.decode(text.flip()).toString()));
        } catch (IllegalArgumentException emptyOrCutShort) {
            file.truncate(0);
            file.write(StandardCharsets.US_ASCII.encode(fresh.toString()), 0);
            file.force(true);
            return fresh;
        }
    }

    /// The UUID.
    public AfsUuid uuid() {
        return uuid;
    }

    /// Lets another client of the same directory be this one.
    ///
    /// @throws IOException if the file cannot be closed
    @Override
    public void close() throws IOException {
        if (held != null) {
            held.close();
        }
    }
}
