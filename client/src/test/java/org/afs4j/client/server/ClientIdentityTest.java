package org.afs4j.client.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.protocol.AfsUuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CB-11: who the client is, from one run to the next.
class ClientIdentityTest {
    private static ClientIdentity open(Path directory) throws IOException {
        return ClientIdentity.open(SystemWorld.instance(), directory);
    }

    @Test
    void isTheSameAfterARestart(@TempDir Path state) throws IOException {
        AfsUuid first;
        try (ClientIdentity identity = open(state.resolve("not/there/yet"))) {
            first = identity.uuid();
        }
        try (ClientIdentity identity = open(state.resolve("not/there/yet"))) {
            assertThat(identity.uuid()).isEqualTo(first);
        }
        assertThat(Files.readString(state.resolve("not/there/yet/uuid"))).isEqualTo(first.toString());
    }

    @Test
    void isNeverThatOfTwoClientsAtOnce(@TempDir Path state) throws IOException {
        AfsUuid first;
        try (ClientIdentity one = open(state);
                ClientIdentity other = open(state)) {
            first = one.uuid();
            assertThat(other.uuid()).isNotEqualTo(first);
        }
        try (ClientIdentity later = open(state)) {
            assertThat(later.uuid()).as("that of the client which had the directory").isEqualTo(first);
        }
    }

    /// A crash can leave the file empty or cut short.
    @Test
    void isANewOneWhereTheFileIsDamagedAndIsKeptFromThenOn(@TempDir Path state) throws IOException {
        for (String damaged : new String[] {"", "0123", "not a UUID, but as long as one is so"}) {
            Files.writeString(state.resolve("uuid"), damaged);
            AfsUuid made;
            try (ClientIdentity identity = open(state)) {
                made = identity.uuid();
            }
            try (ClientIdentity identity = open(state)) {
                assertThat(identity.uuid()).as("after '%s'", damaged).isEqualTo(made);
            }
        }
    }

    @Test
    void isOfOneRunWithoutADirectory() throws IOException {
        try (ClientIdentity one = ClientIdentity.open(SystemWorld.instance(), null);
                ClientIdentity other = ClientIdentity.open(SystemWorld.instance(), null)) {
            assertThat(one.uuid()).isNotEqualTo(other.uuid());
        }
    }

    @Test
    void saysSoWhereTheDirectoryCannotBeHad(@TempDir Path state) throws IOException {
        Path file = Files.writeString(state.resolve("file"), "");
        assertThatThrownBy(() -> open(file)).isInstanceOf(IOException.class);
    }
}
