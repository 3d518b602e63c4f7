package org.afs4j.cli.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Lines of bounded length.
final class Lines {
    private Lines() {}

    /// Reads a line.
    ///
    /// @param in where from
    /// @param mostBytes how long it may be
    /// @return the line without its end; null at the end of the stream
    /// @throws IOException if it is longer, or cannot be read
    static @Nullable String read(InputStream in, int mostBytes) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() >= mostBytes) {
                throw new IOException("a line of more than " + mostBytes + " bytes");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
