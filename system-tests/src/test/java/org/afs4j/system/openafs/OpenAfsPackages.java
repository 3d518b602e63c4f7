package org.afs4j.system.openafs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the machine must have before a real cell can be started, and what is done about it when it has not.
///
/// The environment variable `AFS4J_INTEROP` decides: with `required`, as `.ci/run` sets it, tests that need the cell fail on a
/// machine without it; otherwise they are skipped, and say so on standard error.
final class OpenAfsPackages {
    private static final Map<String, String> PACKAGE_OF_FILE = new TreeMap<>(Map.of(
            "/usr/lib/openafs/dafileserver", "openafs-fileserver",
            "/usr/lib/openafs/vlserver", "openafs-dbserver",
            "/usr/lib/openafs/ptserver", "openafs-dbserver",
            "/usr/bin/vos", "openafs-client",
            "/usr/sbin/asetkey", "openafs-krb5",
            "/usr/sbin/afsd.fuse", "openafs-fuse",
            "/usr/bin/fusermount3", "fuse3",
            "/usr/bin/python3", "python3"));

    private OpenAfsPackages() {}

    /// Whether tests that need the cell must fail where it cannot be.
    static boolean required() {
        return "required".equals(System.getenv("AFS4J_INTEROP"));
    }

    /// What is missing, in one line with the remedy; empty if a cell can be started here.
    static Optional<String> missing() {
        List<String> missing = new ArrayList<>();
        PACKAGE_OF_FILE.forEach((file, name) -> {
            if (!Files.exists(Path.of(file)) && !missing.contains(name)) {
                missing.add(name);
            }
        });
        if (!Files.exists(Path.of("/sbin/ip")) && !Files.exists(Path.of("/bin/ip"))) {
            missing.add("iproute2");
        }
        if (!missing.isEmpty()) {
            return Optional.of("apt-get install -y --no-install-recommends " + String.join(" ", missing));
        }
        if (!isRoot()) {
            return Optional.of("run as root: the cell gets a network namespace of its own");
        }
        return Files.exists(Path.of("/dev/fuse")) ? Optional.empty() : Optional.of("/dev/fuse is missing: load fuse");
    }

    private static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            return false;
        }
    }
}
