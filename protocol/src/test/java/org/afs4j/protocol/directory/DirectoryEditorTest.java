package org.afs4j.protocol.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirectoryEditorTest {
    @Test
    void holdsThousandsOfRandomNames() throws Exception {
        Random random = new Random(1);
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        Map<String, Integer> model = new HashMap<>();
        while (model.size() < 6000) {
            String name = randomName(random);
            int vnode = 2 + random.nextInt(1 << 20);
            assertThat(editor.add(name, vnode, 7)).isEqualTo(model.putIfAbsent(name, vnode) == null);
        }
        assertSame(editor, model);
    }

    @Test
    void equalsAModelThroughAddsRemovesAndReplaces() throws Exception {
        Random random = new Random(2);
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        Map<String, Integer> model = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            names.add(randomName(random));
        }
        for (int step = 0; step < 20_000; step++) {
            String name = names.get(random.nextInt(names.size()));
            int vnode = step + 2;
            switch (random.nextInt(5)) {
                case 0, 1 -> assertThat(editor.add(name, vnode, 7)).isEqualTo(model.putIfAbsent(name, vnode) == null);
                case 2, 3 -> assertThat(editor.remove(name)).isEqualTo(model.remove(name) != null);
                default -> assertThat(editor.replace(name, vnode, 7)).isEqualTo(model.replace(name, vnode) != null);
            }
            if (step % 500 == 0) {
                assertSame(editor, model);
            }
        }
        assertSame(editor, model);
        assertThat(editor.lengthBytes()).as("freed slots are used again").isLessThan(2048 * 60);
    }

    private static void assertSame(DirectoryEditor editor, Map<String, Integer> model) throws Exception {
        DirectoryContents contents = DirectoryContents.of(editor.toByteArray());
        contents.verify();
        Map<String, Integer> read = new HashMap<>();
        for (DirectoryEntry entry : contents.entries()) {
            if (!entry.name().equals(".") && !entry.name().equals("..")) {
                read.put(entry.name(), entry.vnode());
                assertThat(contents.lookUp(entry.name())).isEqualTo(entry);
            }
        }
        assertThat(read).isEqualTo(model);
    }

    @Test
    void reusesTheFirstSlotsThatFit() throws Exception {
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        editor.add("a", 2, 2);
        editor.add("b", 4, 3);
        editor.add("c", 6, 4);
        editor.remove("a");
        editor.add("needs-two-slots-in-a-row", 8, 5);
        editor.add("d", 10, 6);
        assertThat(DirectoryContentsTest.found(editor.contents(), "needs-two-slots-in-a-row").slot()).isEqualTo(18);
        assertThat(DirectoryContentsTest.found(editor.contents(), "d").slot()).isEqualTo(15);
    }

    @Test
    void isFullAt1023PagesAndSaysSoBefore() throws Exception {
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        String tail = "-".repeat(249);
        int count = 0;
        String name = String.format("%06d", count) + tail;
        while (editor.fits(name)) {
            assertThat(editor.add(name, 2, 2)).isTrue();
            count++;
            name = String.format("%06d", count) + tail;
        }
        assertThat(editor.lengthBytes()).isEqualTo(1023 * 2048);
        // Nine slots each: five on the first page, seven on every other.
        assertThat(count).isEqualTo(5 + 1022 * 7);
        String one = name;
        assertThatThrownBy(() -> editor.add(one, 2, 2)).isInstanceOf(DirectoryFullException.class);
        assertThat(editor.lookUp(one)).isNull();
        assertThat(editor.fits("short")).as("shorter names still fit").isTrue();
        DirectoryContents.of(editor.toByteArray()).verify();
        assertThat(editor.remove(String.format("%06d", 4321) + tail)).isTrue();
        assertThat(editor.add(one, 2, 2)).isTrue();
    }

    @Test
    void takesNamesOf256BytesAsOpenAfsDoes() throws Exception {
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        assertThat(editor.add("ü".repeat(128), 2, 2)).isTrue();
        assertThat(editor.contents().entries()).extracting(DirectoryEntry::name).contains("ü".repeat(128));
    }

    @Test
    void refusesNamesThatNoEntryCanHave() {
        DirectoryEditor editor = DirectoryEditor.create(1, 1, 1, 1);
        for (String name : List.of("", "a/b", "a\0b", "n".repeat(257), "ü".repeat(129))) {
            assertThatThrownBy(() -> editor.add(name, 2, 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String randomName(Random random) {
        int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 120 : 30);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            name.append(random.nextInt(20) == 0 ? 'é' : (char) ('a' + random.nextInt(26)));
        }
        return name.toString();
    }
}
