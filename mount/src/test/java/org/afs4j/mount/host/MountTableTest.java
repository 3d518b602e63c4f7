package org.afs4j.mount.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MountTableTest {
    @Test
    void readsALineOfTheKernels() {
        MountTable.Entry entry =
                Objects.requireNonNull(MountTable.parse("43 27 0:39 / /mnt/a\\040b rw,nosuid shared:7 master:1 - fuse /afs/d\\303\\251mo rw,user_id=0"));
        assertThat(entry).isEqualTo(new MountTable.Entry("0:39", Path.of("/mnt/a b"), "fuse", "/afs/démo"));
        assertThat(entry.isFuse()).isTrue();
        assertThat(entry.connection()).isEqualTo("39");
    }

    @Test
    void passesOverWhatItDoesNotUnderstand() {
        assertThat(MountTable.parse("")).isNull();
        assertThat(MountTable.parse("43 27 0:39 / /mnt rw")).isNull();
    }

    @Test
    void knowsThatTheRootIsMounted() throws Exception {
        assertThat(MountTable.at(Path.of("/proc"))).isNotNull().matches(entry -> !entry.isFuse());
    }
}
