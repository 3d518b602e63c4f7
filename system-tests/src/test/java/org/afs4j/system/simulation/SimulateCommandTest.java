package org.afs4j.system.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.List;
import org.afs4j.system.mount.MountedCell;
import org.junit.jupiter.api.Test;

/// `afs simulate` as a process of its own.
class SimulateCommandTest {
    @Test
    void tellsTheSumLastWhenASignalEndsIt() throws Exception {
        List<String> command = MountedCell.afs("simulate", "--seed", "6", "--minutes", "600");
        command.add(1, "--add-opens=java.base/java.lang=ALL-UNNAMED");
        Process afs = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = afs.inputReader()) {
            assertThat(out.readLine()).startsWith("seed 6: good, ");
            afs.toHandle().destroy(); // and not its own, which closes what is read here
            List<String> rest = out.lines().toList();
            assertThat(rest.getLast()).matches("[1-9][0-9]* good, 0 bad; [1-9][0-9]* reads checked in .*");
            assertThat(afs.waitFor()).as("ended by SIGTERM").isEqualTo(128 + 15);
        } finally {
            afs.destroyForcibly();
        }
    }
}
