package org.afs4j.mount.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Who uses a mount: the processes that stand in it, have something of it open, or have it mapped.
///
/// Only links under `/proc` are read, which the kernel answers by itself.
public final class MountHolders {
    private static final int MOST_NAMED = 5;

    private MountHolders() {}

    /// Names some of them.
    ///
    /// @param mountPoint where it is mounted
    /// @return such as `bash (1234)`; empty if none can be seen
    public static List<String> of(Path mountPoint) {
        List<String> holders = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holders.size() < MOST_NAMED && holds(process, mountPoint)) {
                    holders.add(name(process) + " (" + process.getFileName() + ")");
                }
            }
        } catch (IOException unreadable) {
            System.getLogger("org.afs4j.mount").log(System.Logger.Level.DEBUG, "/proc cannot be read", unreadable);
        }
        return holders;
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException gone) {
            return "process";
        }
    }

    private static boolean holds(Path process, Path mountPoint) {
        return isUnder(process.resolve("cwd"), mountPoint)
                || isUnder(process.resolve("root"), mountPoint)
                || anyIsUnder(process.resolve("fd"), mountPoint)
                || anyIsUnder(process.resolve("map_files"), mountPoint);
    }

    private static boolean anyIsUnder(Path directory, Path mountPoint) {
        try (Stream<Path> links = Files.list(directory)) {
            return links.anyMatch(link -> isUnder(link, mountPoint));
        } catch (IOException | java.io.UncheckedIOException gone) {
            return false;
        }
    }

    private static boolean isUnder(Path link, Path mountPoint) {
        try {
            return Files.readSymbolicLink(link).startsWith(mountPoint);
        } catch (IOException gone) {
            return false;
        }
    }
}
