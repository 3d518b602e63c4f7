package org.afs4j.system.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.afs4j.system.process.ForeignProgram.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    private static final Instant LONG_AGO = Instant.parse("2001-01-01T00:00:00Z");
    private static final Instant LONG_HENCE = Instant.parse("2101-01-01T00:00:00Z");

    private final PretendCheckout checkout;

    LauncherTest(@TempDir Path directory) throws IOException {
        checkout = new PretendCheckout(directory);
    }

    @BeforeEach
    void putMavenOnThePath() throws IOException {
        checkout.maven();
    }

    @Test
    void itsOwnVariableIsTakenBeforeJavaHome() throws IOException {
        Path own = checkout.jdk("25.0.9");
        Path other = checkout.jdk("25");
        assertThat(PretendCheckout.homeOf(
                        checkout.afs(own, "ls").with("JAVA_HOME", other.toString()).run().orThrow()))
                .isEqualTo(own.toString());
        assertThat(PretendCheckout.homeOf(checkout.afs("ls").with("JAVA_HOME", other.toString()).run().orThrow()))
                .isEqualTo(other.toString());
    }

    @Test
    void aJavaHomeOfAnotherVersionIsPassedOver() throws IOException {
        Path old = checkout.jdk("17.0.15");
        Path fromPath = checkout.jdk("25.0.3");
        Outcome outcome = checkout.afs("ls")
                .with("JAVA_HOME", old.toString())
                .with("PATH", checkout.root().resolveSibling("tools") + ":" + fromPath.resolve("bin"))
                .run()
                .orThrow();
        assertThat(PretendCheckout.homeOf(outcome)).isEqualTo(fromPath.toString());
    }

    @Test
    void itsOwnVariableNamingAnotherVersionIsAnErrorOfOneLine() throws IOException {
        assertOneLine(checkout.afs(checkout.jdk("24.0.1"), "ls").run(), "AFS4J_JAVA_HOME", "24.0.1", "JDK 25");
        assertThat(checkout.builds()).isZero();
    }

    @Test
    void theFirstUseBuildsAndTheNextDoesNot() throws IOException {
        Path jdk = checkout.jdk("25");
        assertThat(checkout.afs(jdk, "ls").run().orThrow().errors()).contains("building");
        assertThat(checkout.afs(jdk, "ls").run().orThrow().errors()).isEmpty();
        assertThat(checkout.builds()).isEqualTo(1);
        assertThat(checkout.root().resolve("builds")).content().contains("JAVA_HOME=" + jdk, "-pl cli -am package");
    }

    @Test
    void aSourceThatIsNewerThanTheBuildIsBuiltAndAnOlderOneIsNot() throws IOException {
        Path jdk = checkout.jdk("25");
        checkout.afs(jdk, "ls").run().orThrow();
        checkout.source("rx/pom.xml", LONG_AGO);
        checkout.afs(jdk, "ls").run().orThrow();
        assertThat(checkout.builds()).isEqualTo(1);
        checkout.source("rx/src/main/java/New.java", LONG_HENCE);
        checkout.afs(jdk, "ls").run().orThrow();
        assertThat(checkout.builds()).isEqualTo(2);
    }

    @Test
    void withoutMavenTheErrorNamesTheRemedy() throws IOException {
        Files.delete(checkout.root().resolveSibling("tools").resolve("mvn"));
        assertOneLine(checkout.afs(checkout.jdk("25"), "ls").run(), "mvn is missing", "install Maven");
    }

    @Test
    void aBuildThatFailsShowsItsErrorsAndWhereTheRestIs() throws IOException {
        checkout.maven("echo '[ERROR] no such symbol'\nexit 1\n");
        Outcome outcome = checkout.afs(checkout.jdk("25"), "ls").run();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors())
                .contains("[ERROR] no such symbol", checkout.root().resolve("target/afs-build.log").toString());
        assertThat(outcome.text()).isEmpty();
    }

    @Test
    void startsAtTheSameMomentBuildOnceAndLeaveOneWholeCache() throws Exception {
        Path jdk = checkout.jdk("25.0.3");
        List<Future<Outcome>> starts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                starts.add(threads.submit(() -> checkout.afs(jdk, "ls").run().orThrow()));
            }
            for (Future<Outcome> start : starts) {
                assertThat(PretendCheckout.homeOf(start.get())).isEqualTo(jdk.toString());
            }
        }
        assertThat(checkout.builds()).isEqualTo(1);
        try (Stream<Path> files = Files.list(checkout.root().resolve("cli/target/dist"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("built", "lib", "afs-25.0.3.aot");
        }
        assertThat(checkout.root().resolve("cli/target/dist/afs-25.0.3.aot")).hasContent("whole\n");
    }

    @Test
    void itFindsItsCheckoutThroughASymbolicLink() throws IOException {
        Path link = Files.createSymbolicLink(
                checkout.root().resolveSibling("afs-link"), checkout.root().resolve("afs"));
        Outcome outcome = checkout.launcher(link, "ls")
                .with("AFS4J_JAVA_HOME", checkout.jdk("25").toString())
                .run()
                .orThrow();
        assertThat(outcome.text()).contains("argument=" + checkout.root().resolve("cli/target/dist/lib"));
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws IOException {
        Outcome outcome = checkout.afs(checkout.jdk("25"), "put", "a file", "", "*").run().orThrow();
        assertThat(outcome.text())
                .endsWith("""
                        argument=org.afs4j.cli/org.afs4j.cli.Main
                        argument=put
                        argument=a file
                        argument=
                        argument=*
                        """);
    }

    @Test
    void commandsThatLiveLongGetTheWholeCompiler() throws IOException {
        Path jdk = checkout.jdk("25");
        assertThat(checkout.afs(jdk, "ls").run().orThrow().text()).contains("TieredStopAtLevel=1", "UseSerialGC");
        for (String command : List.of("demo", "serve", "watch")) {
            assertThat(checkout.afs(jdk, command).run().orThrow().text())
                    .contains("UseParallelGC")
                    .doesNotContain("TieredStopAtLevel");
        }
    }

    @Test
    void aMountStartsFastAndTakesLittleMemory() throws IOException {
        Path jdk = checkout.jdk("25");
        assertThat(checkout.afs(jdk, "mount", "/mnt").run().orThrow().text())
                .contains("UseSerialGC", "MaxNewSize", "TieredStopAtLevel=1");
    }

    @Test
    void aMountHasACacheOfItsOwn() throws IOException {
        Path jdk = checkout.jdk("25.0.3");
        Path caches = checkout.root().resolve("cli/target/dist");
        String others = "AOTCache=" + caches.resolve("afs-25.0.3.aot");
        assertThat(checkout.afs(jdk, "mount", "--help").run().orThrow().text()).contains(others);
        assertThat(checkout.afs(jdk, "ls", "mount").run().orThrow().text()).contains(others);
        assertThat(caches.resolve("afs-mount-25.0.3.aot")).doesNotExist();
        assertThat(checkout.afs(jdk, "mount", "/mnt").run().orThrow().text())
                .contains("AOTCache=" + caches.resolve("afs-mount-25.0.3.aot"));
        assertThat(caches.resolve("afs-mount-25.0.3.aot")).hasContent("whole\n");
    }

    @Test
    void whereNoMountCanBeTrainedTheCacheOfTheOtherCommandsServes() throws IOException {
        Path jdk = checkout.jdkWithoutMounts("25.0.3");
        assertThat(checkout.afs(jdk, "mount", "/mnt").run().orThrow().text()).contains("AOTCache=");
        assertThat(checkout.root().resolve("cli/target/dist/afs-mount-25.0.3.aot")).hasContent("whole\n");
    }

    private static void assertOneLine(Outcome outcome, String... parts) {
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.text()).isEmpty();
        assertThat(outcome.errors().lines()).singleElement().asString().startsWith("afs: ").contains(parts);
    }
}
