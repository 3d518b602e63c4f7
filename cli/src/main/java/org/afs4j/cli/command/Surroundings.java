package org.afs4j.cli.command;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.base.world.World;

/// What a command finds around itself; a test gives its own.
///
/// @param in standard input
/// @param out standard output, unbuffered, for text and for file data
/// @param err standard error
/// @param errIsTerminal whether a person sees standard error at once, so that progress is worth showing
/// @param variables the environment variables
/// @param world time and threads
public record Surroundings(
        InputStream in,
        OutputStream out,
        OutputStream err,
        boolean errIsTerminal,
        Map<String, String> variables,
        World world) {
    /// Those of this process.
    public static Surroundings ofProcess() {
        return new Surroundings(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                isTerminal(Path.of("/proc/self/fd/2")),
                System.getenv(),
                SystemWorld.instance());
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException unknown) {
            return false;
        }
    }
}
