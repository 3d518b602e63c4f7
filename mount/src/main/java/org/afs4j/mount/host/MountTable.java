package org.afs4j.mount.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is mounted, as the kernel tells it. Reading it asks no file system anything, so it works beside dead mounts.
///
/// Source: proc_pid_mountinfo(5).
public final class MountTable {
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

    /// One mount.
    ///
    /// @param device the device's number, `MAJOR:MINOR`
    /// @param mountPoint where it is
    /// @param type the file system's type
    /// @param source what it is of
    public record Entry(String device, Path mountPoint, String type, String source) {
        /// Whether it is a FUSE file system, and so perhaps ours.
        public boolean isFuse() {
            return type.equals("fuse") || type.startsWith("fuse.");
        }

        /// The device's minor number, by which the kernel names a FUSE connection.
        public String connection() {
            return device.substring(device.indexOf(':') + 1);
        }
    }

    private MountTable() {}

    /// The mounts of this process's namespace, in the order that they were made.
    ///
    /// @throws IOException if the kernel does not tell
    public static List<Entry> read() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readString(MOUNT_INFO, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            @Nullable Entry entry = parse(line);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return entries;
    }

    static @Nullable Entry parse(String line) {
        String[] words = line.split(" ", -1);
        int separator = List.of(words).indexOf("-");
        if (separator < 6 || separator + 2 >= words.length) {
            return null;
        }
        return new Entry(words[2], Path.of(unescape(words[4])), words[separator + 1], unescape(words[separator + 2]));
    }

    /// Blanks, tabs, line ends and backslashes are written as a backslash and three octal digits.
    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return utf8(text);
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 3 < text.length()) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return utf8(plain.toString());
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /// What is mounted at a directory; the topmost where there are several. Null if nothing is.
    ///
    /// @param mountPoint the directory, absolute and without symlinks
    /// @throws IOException if the kernel does not tell
    public static @Nullable Entry at(Path mountPoint) throws IOException {
        return read().stream()
                .filter(entry -> entry.mountPoint().equals(mountPoint))
                .reduce((first, second) -> second)
                .orElse(null);
    }
}
