package org.afs4j.client.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.afs4j.client.location.VolumeKind;
import org.junit.jupiter.api.Test;

class MountPointTest {
    @Test
    void readsTheVolumeAndWhetherItIsReadWrite() {
        assertThat(MountPoint.parse("#user.x.")).isEqualTo(new MountPoint(null, "user.x", null, false));
        assertThat(MountPoint.parse("%user.x.")).isEqualTo(new MountPoint(null, "user.x", null, true));
    }

    @Test
    void readsAnotherCell() {
        assertThat(MountPoint.parse("#a.cell:root.cell.")).isEqualTo(new MountPoint("a.cell", "root.cell", null, false));
    }

    @Test
    void readsAnInstanceNamedOutright() {
        assertThat(MountPoint.parse("#v.readonly.")).isEqualTo(new MountPoint(null, "v", VolumeKind.READ_ONLY, false));
        assertThat(MountPoint.parse("#v.backup.")).isEqualTo(new MountPoint(null, "v", VolumeKind.BACKUP, false));
    }

    @Test
    void takesNothingElseForAMountPoint() {
        for (String text : new String[] {"", "#", "%", "#.", "#cell:.", "target", "../x"}) {
            assertThat(MountPoint.parse(text)).as(text).isNull();
        }
    }
}
