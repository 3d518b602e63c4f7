package org.afs4j.protocol.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.afs4j.protocol.Fid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryContentsTest {
    /// Directories that OpenAFS 1.8.9 sent, cut out of packet captures.
    private static byte[] captured(String name) throws IOException {
        try (InputStream in = DirectoryContentsTest.class.getResourceAsStream("/directory/" + name + ".bin")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    static DirectoryEntry found(DirectoryContents contents, String name) throws MalformedDirectoryException {
        return Objects.requireNonNull(contents.lookUp(name), name);
    }

    @Test
    void readsADirectoryOfOpenAfs() throws Exception {
        DirectoryContents contents = DirectoryContents.of(captured("volume-root-with-mount-points"));
        contents.verify();
        assertThat(contents.entries())
                .extracting(DirectoryEntry::name, DirectoryEntry::vnode, DirectoryEntry::uniquifier, DirectoryEntry::slot)
                .containsExactly(
                        tuple(".", 1, 1, 13),
                        tuple("..", 1, 1, 14),
                        tuple("scratch", 2, 2, 15),
                        tuple("repl", 4, 3, 16));
        assertThat(found(contents, "scratch").fid(7)).isEqualTo(new Fid(7, 2, 2));
        assertThat(found(contents, "scratch").isDirectory()).isFalse();
        assertThat(found(contents, "..").isDirectory()).isTrue();
        assertThat(contents.lookUp("scratcH")).isNull();
        assertThat(contents.isEmpty()).isFalse();
        assertThat(DirectoryContents.of(captured("empty-volume-root")).isEmpty()).isTrue();
    }

    @Test
    void makesTheVeryBytesThatOpenAfsMakes() throws Exception {
        assertThat(DirectoryEditor.create(3, 204, 1, 1).toByteArray()).isEqualTo(captured("new-directory"));
    }

    @Test
    void chainsAndSlotsOfAddedNamesAreThoseOfOpenAfs() throws Exception {
        DirectoryEditor editor = DirectoryEditor.of(captured("empty-volume-root"));
        editor.add("scratch", 2, 2);
        editor.add("repl", 4, 3);
        byte[] theirs = captured("volume-root-with-mount-points");
        // The header's own free count is not kept by anyone; the salvager wrote one.
        theirs[DirectoryLayout.FREE_COUNT_OFFSET] = captured("empty-volume-root")[DirectoryLayout.FREE_COUNT_OFFSET];
        assertThat(editor.toByteArray()).isEqualTo(theirs);

        DirectoryEditor other = DirectoryEditor.of(captured("empty-volume-root"));
        other.add("hello", 2, 0xC9);
        assertThat(other.toByteArray()).isEqualTo(captured("volume-root-with-file"));
    }

    @ParameterizedTest
    @CsvSource({
        "., 46", "a, 97", "hello, 56", "README.txt, 12", "a-rather-long-name-of-a-file.tar.gz, 116", "zzzzzzzzzzzzzzzz, 96", "ü, 3",
        "日本語, 68"
    })
    void hashesAsTheFormatSays(String name, int chain) {
        assertThat(DirectoryLayout.hash(name.getBytes(StandardCharsets.UTF_8))).isEqualTo(chain);
    }

    @Test
    void hashesBytesAsUnsigned() {
        assertThat(DirectoryLayout.hash(new byte[] {(byte) 0xFF, (byte) 0xFE, (byte) 0x80})).isEqualTo(61);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "15, 1", "16, 2", "47, 2", "48, 3", "255, 9", "256, 9"})
    void countsTheSlotsOfAName(int nameBytes, int slots) {
        assertThat(DirectoryLayout.slots(nameBytes)).isEqualTo(slots);
    }

    @Test
    void readsFromBuffersAndSegmentsInPlace() throws Exception {
        byte[] image = captured("volume-root-with-file");
        ByteBuffer buffer = ByteBuffer.allocateDirect(100 + image.length);
        buffer.position(100).put(image).position(100);
        assertThat(found(DirectoryContents.of(buffer), "hello").vnode()).isEqualTo(2);
        assertThat(buffer.position()).isEqualTo(100);
        assertThat(found(DirectoryContents.of(MemorySegment.ofBuffer(buffer)), "hello").vnode()).isEqualTo(2);
    }

    @Test
    void namesThatAreNoUtf8GetBackTheirBytes() throws Exception {
        byte[] name = {'x', (byte) 0xFF, (byte) 0xC3, 'y', (byte) 0xC3, (byte) 0xA4};
        String decoded = DirectoryNames.decode(name);
        assertThat(decoded).isEqualTo("x\uDCFF\uDCC3yä");
        assertThat(DirectoryNames.encode(decoded)).isEqualTo(name);
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        assertThat(editor.add(decoded, 2, 2)).isTrue();
        assertThat(found(editor.contents(), decoded).name()).isEqualTo(decoded);
    }

    @Test
    void aNameThatNoEntryCanHaveIsNotFound() throws Exception {
        DirectoryContents contents = DirectoryContents.of(captured("volume-root-with-file"));
        assertThat(contents.lookUp("")).isNull();
        assertThat(contents.lookUp("a/b")).isNull();
        assertThat(contents.lookUp("a\0b")).isNull();
        assertThat(contents.lookUp("n".repeat(257))).isNull();
        assertThat(contents.lookUp("\uD800")).isNull();
    }

    @Test
    void anIterationCanBeLeftAndTakenUpAgainAtAnySlot() throws Exception {
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        for (int i = 0; i < 300; i++) {
            editor.add("name-" + i + "-".repeat(i % 60), 2 * i + 2, i);
        }
        DirectoryContents contents = editor.contents();
        List<DirectoryEntry> all = contents.entries();
        assertThat(all).hasSize(302);
        for (int i = 0; i + 1 < all.size(); i++) {
            assertThat(contents.nextEntry(all.get(i).nextSlot())).isEqualTo(all.get(i + 1));
        }
        assertThat(contents.nextEntry(Integer.MAX_VALUE)).isNull();
        assertThat(contents.nextEntry(Integer.MIN_VALUE)).isEqualTo(all.getFirst());
    }

    @Test
    void namesTheReasonOfADamage() throws Exception {
        byte[] image = captured("volume-root-with-file");
        assertThatThrownBy(() -> DirectoryContents.of(Arrays.copyOf(image, 2047)))
                .isInstanceOf(MalformedDirectoryException.class)
                .hasMessage("malformed directory: 2047 bytes are not 1 to 1023 pages of 2048");
        assertThatThrownBy(() -> DirectoryContents.of(Arrays.copyOf(image, 4096))).hasMessageContaining("page 1 has tag 0");
        byte[] circle = image.clone();
        circle[13 * 32 + DirectoryLayout.ENTRY_NEXT_OFFSET + 1] = 13;
        circle[DirectoryLayout.HASH_TABLE_OFFSET + 2 * DirectoryLayout.hash("zzz".getBytes(StandardCharsets.UTF_8)) + 1] = 13;
        assertThatThrownBy(() -> DirectoryContents.of(circle).lookUp("zzz")).hasMessageContaining("runs in a circle");
        byte[] beyond = image.clone();
        beyond[1] = 2;
        assertThatThrownBy(() -> DirectoryContents.of(beyond)).hasMessageContaining("tells of 2 pages, 1 are there");
    }

    @Test
    void hostileContentsEndInTheTypedExceptionOnly() throws Exception {
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        for (int i = 0; i < 150; i++) {
            editor.add("name-" + i + "-".repeat(i % 60), 2 * i + 2, i);
        }
        byte[] sound = editor.toByteArray();
        Random random = new Random(20261120);
        Map<String, Integer> outcomes = new HashMap<>();
        for (int run = 0; run < 20_000; run++) {
            byte[] image = sound.clone();
            int mutations = 1 + random.nextInt(20);
            for (int i = 0; i < mutations; i++) {
                // Half of the mutations hit the header, where they hurt.
                int at = random.nextBoolean() ? random.nextInt(416) : random.nextInt(image.length);
                image[at] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                image = Arrays.copyOf(image, random.nextInt(image.length + 1));
            }
            outcomes.merge(exercise(image, random), 1, Integer::sum);
        }
        assertThat(outcomes.keySet()).containsExactlyInAnyOrder("read", "malformed");
    }

    private static String exercise(byte[] image, Random random) {
        String outcome = "malformed";
        try {
            DirectoryContents contents = DirectoryContents.of(image);
            for (int i = 0; i < 4; i++) {
                int n = random.nextInt(200);
                contents.lookUp("name-" + n + "-".repeat(n % 60));
            }
            contents.entries();
            outcome = "read";
            DirectoryEditor editor = DirectoryEditor.of(image);
            editor.add("another", 2, 2);
            editor.remove("name-1-");
            editor.contents().verify();
        } catch (MalformedDirectoryException | DirectoryFullException e) {
            return outcome;
        }
        return outcome;
    }
}
