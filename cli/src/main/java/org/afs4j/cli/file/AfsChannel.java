package org.afs4j.cli.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.afs4j.client.AfsFile;

/// An open AFS file as a channel: read or written from its beginning to its end.
///
/// Ownership: the file is closed with the channel, which reports what could not be stored.
final class AfsChannel implements ByteChannel {
    private final AfsFile file;
    private long positionBytes;
    private boolean open = true;

    AfsChannel(AfsFile file) {
        this.file = file;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        int count = file.read(positionBytes, destination);
        positionBytes += Math.max(count, 0);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        file.write(positionBytes, source);
        positionBytes += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        file.close();
    }
}
