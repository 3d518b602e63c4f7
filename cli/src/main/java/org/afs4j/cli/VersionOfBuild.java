package org.afs4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version that the build wrote beside this class. The module descriptor does not carry it: see the note on the jar
/// plugin in `docs/decisions/0003-launcher.md`.
final class VersionOfBuild implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        try (InputStream in = VersionOfBuild.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IOException("version.properties is missing from the jar");
            }
            Properties properties = new Properties();
            properties.load(in);
            return new String[] {
                "afs4j " + properties.getProperty("version"),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
            };
        }
    }
}
