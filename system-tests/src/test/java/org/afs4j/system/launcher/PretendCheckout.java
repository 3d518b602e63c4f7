package org.afs4j.system.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.afs4j.system.process.ForeignProgram;
import org.afs4j.system.process.ForeignProgram.Outcome;
import org.afs4j.system.process.RepositoryRoot;

/// A checkout with the real launcher, nothing built, and tools on `PATH` that write down how they were called. Its path holds a
/// blank.
final class PretendCheckout {
    private static final List<String> MODULES =
            List.of("base", "rx", "protocol", "pagecache", "client", "dns", "cell", "simulation", "cli");
    private static final List<String> TOOLS =
            List.of("sh", "readlink", "find", "head", "tail", "grep", "mkdir", "mv", "rm", "flock", "touch", "cat", "mktemp", "sleep", "cp",
                    "rmdir");

    private final Path directory;
    private final Path root;
    private final Path tools;

    PretendCheckout(Path directory) throws IOException {
        this.directory = directory;
        root = Files.createDirectories(directory.resolve("a checkout"));
        tools = Files.createDirectories(directory.resolve("tools"));
        Files.copy(RepositoryRoot.path().resolve("afs"), root.resolve("afs"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(root.resolve("pom.xml"), "");
        for (String module : MODULES) {
            Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "");
        }
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "exec /usr/bin/" + tool + " \"$@\"\n");
        }
    }

    Path root() {
        return root;
    }

    /// A JDK of the given version: training makes a cache, everything else prints the home and the arguments.
    Path jdk(String version) throws IOException {
        return jdk(version, "");
    }

    /// The same, where a mount cannot be trained.
    Path jdkWithoutMounts(String version) throws IOException {
        return jdk(version, "case \"$*\" in *AOTCacheOutput*' mount '*) exit 1 ;; esac\n");
    }

    private Path jdk(String version, String before) throws IOException {
        Path home = directory.resolve("jdk-" + version);
        script(home.resolve("bin/java"), before + """
                for argument in "$@"; do
                    case $argument in -XX:AOTCacheOutput=*) echo whole >"${argument#*=}"; exit 0 ;; esac
                done
                printf 'home=%s\\n' "${0%/bin/java}"
                printf 'argument=%s\\n' "$@"
                """);
        script(home.resolve("bin/javac"), "");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    /// Puts a Maven on `PATH` that writes a line to `builds` and then does what the body says.
    void maven(String body) throws IOException {
        script(tools.resolve("mvn"), "echo \"JAVA_HOME=$JAVA_HOME $*\" >>builds\n" + body);
    }

    /// Puts a Maven on `PATH` that builds: the stamp is there and new.
    void maven() throws IOException {
        maven("mkdir -p cli/target/dist/lib\ntouch cli/target/dist/built\n");
    }

    /// How often Maven was run.
    long builds() throws IOException {
        Path log = root.resolve("builds");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    /// Makes a source as if it had been written long after, or long before, the build.
    void source(String path, Instant time) throws IOException {
        Path file = root.resolve(path);
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    /// The launcher with these arguments, not yet started, with `javaHome` as `AFS4J_JAVA_HOME`.
    ForeignProgram afs(Path javaHome, String... arguments) {
        return afs(arguments).with("AFS4J_JAVA_HOME", javaHome.toString());
    }

    /// The launcher with these arguments, not yet started, and no JDK named.
    ForeignProgram afs(String... arguments) {
        return launcher(root.resolve("afs"), arguments);
    }

    /// The launcher by another name of it.
    ForeignProgram launcher(Path name, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = name.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return ForeignProgram.of(command)
                .in(Path.of("/"))
                .with("PATH", tools.toString())
                .with("JAVA_HOME", "")
                .with("AFS4J_JAVA_HOME", "")
                .with("AFS4J_JAVA_OPTIONS", "");
    }

    /// The JDK that a launcher's run ended in.
    static String homeOf(Outcome outcome) {
        return outcome.text().lines().findFirst().orElse("").replace("home=", "");
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
