package org.afs4j.system.openafs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.system.process.ForeignProgram;
import org.junit.jupiter.api.Test;

/// OpenAFS's client and commands on the embedded cell: they get what a real cell would give them.
@WithOpenAfsCell
class OtherClientsTest {
    private static final String VOLUME = "forty";

    /// A line of the script's output that is not the same on both cells.
    ///
    /// @param operation the line that names the operation
    /// @param openAfs what OpenAFS's servers give
    /// @param embedded what the embedded cell gives
    private record Difference(String operation, String openAfs, String embedded) {}

    /// OpenAFS leaves the link count of a directory as it is when a subdirectory of it is replaced by a rename, so it counts one
    /// that is gone, from then on; the embedded cell counts those that are there.
    private static final List<Difference> EXPLAINED = List.of(
            new Difference(
                    "26 rename a directory over an empty one",
                    "   . directory mode=755 owner=0 group=0 links=5 bytes=2048",
                    "   . directory mode=755 owner=0 group=0 links=4 bytes=2048"),
            new Difference(
                    "40 times, kinds of file, and room",
                    "   . directory mode=755 owner=0 group=0 links=3 bytes=2048",
                    "   . directory mode=755 owner=0 group=0 links=2 bytes=2048"));

    @Test
    void fortyOperationsThroughAfsdFuseDoTheSameOnTheEmbeddedCellAsOnOpenAfs(OpenAfsCell cell) throws IOException {
        String script = ServedCell.script("forty-operations");
        cell.makeVolume(VOLUME, VOLUME);
        String openAfs;
        try (AfsdFuseMount mount = cell.mountAfsdFuse()) {
            openAfs = mount.run("\"" + script + "\" \"$1/" + VOLUME + "\" \"$1/../." + cell.name() + "\"", cell.name());
        }
        String embedded = ServedCell.runMounted(
                        script, "/mnt/afs/" + ServedCell.NAME + "/scratch", "/mnt/afs/." + ServedCell.NAME)
                .orThrow()
                .text();
        assertThat(operations(openAfs)).hasSize(40);
        assertThat(operations(embedded)).isEqualTo(operations(openAfs));
        assertThat(differences(openAfs, embedded)).isEqualTo(EXPLAINED);
    }

    private static boolean namesAnOperation(String line) {
        return !line.startsWith(" ");
    }

    private static List<String> operations(String output) {
        return output.lines().filter(OtherClientsTest::namesAnOperation).toList();
    }

    /// The lines that differ, where an operation gave as many lines on both cells; otherwise all that it gave, as one line.
    private static List<Difference> differences(String openAfs, String embedded) {
        List<List<String>> theirs = byOperation(openAfs);
        List<List<String>> ours = byOperation(embedded);
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < theirs.size(); i++) {
            List<String> one = theirs.get(i);
            List<String> other = ours.get(i);
            if (one.size() != other.size()) {
                differences.add(new Difference(one.getFirst(), String.join("\n", one), String.join("\n", other)));
                continue;
            }
            for (int line = 1; line < one.size(); line++) {
                if (!one.get(line).equals(other.get(line))) {
                    differences.add(new Difference(one.getFirst(), one.get(line), other.get(line)));
                }
            }
        }
        return differences;
    }

    private static List<List<String>> byOperation(String output) {
        List<List<String>> operations = new ArrayList<>();
        output.lines().forEach(line -> {
            if (namesAnOperation(line)) {
                operations.add(new ArrayList<>());
            }
            operations.getLast().add(line);
        });
        return operations;
    }

    @Test
    void afsdFuseAndOurClientSeeEachOthersChanges() throws IOException {
        String file = "/afs/" + ServedCell.NAME + "/scratch/shared";
        String mounted = "/mnt" + file;
        String afs = quoted(ServedCell.afs());
        String options = " --cell " + ServedCell.NAME + " --server " + ServedCell.ADDRESS + " ";
        ForeignProgram.Outcome outcome = ServedCell.runMounted(
                "bash",
                "-ec",
                "echo from afsd >" + mounted + "; sync " + mounted + "; cat " + mounted + "; "
                        + afs + " cat" + options + file + "; "
                        + "echo from afs4j | " + afs + " put" + options + "- " + file + " >&2; cat " + mounted + "; "
                        + "rm " + mounted + "; " + afs + " ls" + options + "/afs/" + ServedCell.NAME + "/scratch");
        assertThat(outcome.orThrow().text()).isEqualTo("from afsd\nfrom afsd\nfrom afs4j\n");
    }

    private static String quoted(List<String> words) {
        return String.join(" ", words.stream().map(word -> "'" + word + "'").toList());
    }

    @Test
    void vosRxdebugAndXstatGetTheirAnswers() throws IOException {
        String options = " -noauth -cell " + ServedCell.NAME;
        String said = ServedCell.run(
                        "bash",
                        "-ec",
                        "vos listvldb" + options + "; vos listvldb -server " + ServedCell.ADDRESS + " -quiet" + options
                                + "; vos listvldb scratch" + options + "; vos listaddrs" + options
                                + "; rxdebug " + ServedCell.ADDRESS + " 7000 -version"
                                + "; rxdebug " + ServedCell.ADDRESS + " 7003 -rxstats"
                                + "; xstat_fs_test -fsname " + ServedCell.ADDRESS + " -collID 2 -onceonly")
                .orThrow()
                .text();
        assertThat(said)
                .contains("VLDB entries for all servers", "Total entries: 3", "AFS version: afs4j", "packets read: data")
                .contains("AFS_XSTATSCOLL_FULL_PERF_INFO", "GetXStats: 1 ops (1 OK);", "StoreData: 0 xfers (0 OK),")
                .containsSubsequence("root.afs", "root.cell", "scratch", "root.afs", "root.cell", "scratch", "scratch")
                .containsPattern("server 10\\.97\\.0\\.1 partition /vicepa RW Site")
                .containsPattern("(?m)^10\\.97\\.0\\.1\\s*$");
    }

    @Test
    void ptsMakesUsersAndGroupsAndTellsOfThem() throws IOException {
        String pts = "pts_() { pts \"$@\" -noauth -cell " + ServedCell.NAME + " 2>&1 || :; }; ";
        String said = ServedCell.runAsAdministrator(
                        "bash",
                        "-ec",
                        pts + "pts_ createuser smith; pts_ creategroup smith:friends -owner smith; pts_ adduser smith smith:friends; "
                                + "pts_ membership smith:friends; pts_ examine smith; pts_ listentries -users; pts_ listentries -groups; "
                                + "pts_ createuser smith; pts_ examine nobody")
                .orThrow()
                .text();
        assertThat(said)
                .containsSubsequence(
                        "User smith has id 2",
                        "group smith:friends has id -207",
                        "Members of smith:friends (id: -207) are:",
                        "  smith",
                        "Name: smith, id: 2, owner: system:administrators, creator: admin,",
                        "membership: 1, flags: S----, group quota: 20.",
                        "admin",
                        "smith",
                        "anonymous",
                        "smith:friends",
                        "system:administrators",
                        "Entry for name already exists",
                        "User or group doesn't exist so couldn't look up id for nobody");
    }

    @Test
    void vosTellsWhatTheVolumeServerHas() throws IOException {
        String options = " -noauth -cell " + ServedCell.NAME;
        String said = ServedCell.run(
                        "bash",
                        "-ec",
                        "vos examine scratch" + options + "; vos listvol " + ServedCell.ADDRESS + options + "; vos partinfo "
                                + ServedCell.ADDRESS + options)
                .orThrow()
                .text();
        assertThat(said)
                .containsPattern("scratch +\\d+ RW +2 K +On-line")
                .contains("10.97.0.1 /vicepa", "Total number of volumes on server 10.97.0.1 partition /vicepa: 3")
                .contains("Total volumes onLine 3 ; Total volumes offLine 0 ; Total busy 0", "Free space on partition /vicepa:");
    }
}
