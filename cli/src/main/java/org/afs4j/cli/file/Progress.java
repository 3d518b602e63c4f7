package org.afs4j.cli.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.afs4j.base.world.World;
import org.afs4j.cli.command.Surroundings;

/// A line on the terminal that tells how far a long copy is; it appears after a second and is erased at the end. Where standard
/// error is no terminal there is nothing.
final class Progress implements AutoCloseable {
    private static final long FIRST_NANOS = 1_000_000_000;
    private static final long BETWEEN_NANOS = 200_000_000;
    private static final String ERASE = "\r\033[K";

    private final World world;
    private final OutputStream err;
    private final boolean enabled;
    private final String name;
    private final long totalBytes;
    private final long startNanos;
    private long nextNanos;
    private long doneBytes;
    private boolean shown;

    /// Begins.
    ///
    /// @param around where it is shown
    /// @param name what is copied
    /// @param totalBytes how much there is, or a negative number if it is not known
    Progress(Surroundings around, String name, long totalBytes) {
        this.world = around.world();
        this.err = around.err();
        this.enabled = around.errIsTerminal();
        this.name = name;
        this.totalBytes = totalBytes;
        this.startNanos = world.nanoTime();
        this.nextNanos = startNanos + FIRST_NANOS;
    }

    /// Tells that more is done.
    void advance(int bytes) {
        doneBytes += bytes;
        if (enabled && world.nanoTime() - nextNanos >= 0) {
            long now = world.nanoTime();
            nextNanos = now + BETWEEN_NANOS;
            shown = true;
            show(ERASE + line(name, doneBytes, totalBytes, now - startNanos));
        }
    }

    static String line(String name, long doneBytes, long totalBytes, long nanos) {
        double mebibytes = doneBytes / 1048576.0;
        String of = totalBytes > 0
                ? String.format(Locale.ROOT, " of %.0f MiB (%d %%)", totalBytes / 1048576.0, doneBytes * 100 / totalBytes)
                : " MiB";
        return String.format(Locale.ROOT, "%s: %.0f%s, %.1f MiB/s", name, mebibytes, of, mebibytes / (Math.max(nanos, 1) / 1e9));
    }

    @Override
    public void close() {
        if (shown) {
            show(ERASE);
        }
    }

    private void show(String text) {
        try {
            err.write(text.getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException terminalGone) {
            shown = false; // the copy matters more
        }
    }
}
