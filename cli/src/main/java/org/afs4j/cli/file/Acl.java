package org.afs4j.cli.file;

import java.io.IOException;
import java.util.List;
import java.util.SequencedMap;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsAccessList;
import org.afs4j.client.AfsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs acl`: a directory's access list, shown or changed.
@Command(
        name = "acl",
        description = {
            "Show who may do what in directories, or change it.",
            "In AFS files have no access list of their own: that of their directory counts."
        },
        sortOptions = false,
        footer = {
            "",
            "Rights: r read, l look up, i insert, d delete, w write, k lock, a administer;",
            "read is rl, write is rlidwk, all is rlidwka, none takes the entry away.",
            "Examples:",
            "  afs acl /afs/example.org/pub",
            "  afs acl --set smith=write --set system:anyuser=read /afs/example.org/pub",
            "  afs acl --deny guests=w /afs/example.org/pub"
        })
public final class Acl extends ClientCommand {
    @Option(names = "--set", paramLabel = "NAME=RIGHTS", description = "What a user or group may do; may be repeated.")
    private List<String> grants = List.of();

    @Option(names = "--deny", paramLabel = "NAME=RIGHTS", description = "What it may not do, whatever else lets it; may be repeated.")
    private List<String> denials = List.of();

    @Option(names = "--clear", description = "Begin with an empty list instead of what is there.")
    private boolean clear;

    @Option(names = "--json", description = "A line of JSON an entry.")
    private boolean json;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "The directories.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Acl(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        AfsAccessList nothing = AfsAccessList.EMPTY;
        AfsAccessList checked = changed(nothing);
        if (clear && checked.equals(nothing)) {
            throw wrongUsage("--clear alone would lock everybody out: say --set too");
        }
        for (String path : paths) {
            if (clear || !grants.isEmpty() || !denials.isEmpty()) {
                client.setAccessList(path, changed(clear ? nothing : client.accessList(path)));
            } else {
                show(path, client.accessList(path));
            }
        }
        return ExitCode.DONE;
    }

    private AfsAccessList changed(AfsAccessList from) {
        AfsAccessList list = from;
        try {
            for (String grant : grants) {
                list = list.withGrant(name(grant), AfsAccessList.rights(rights(grant)));
            }
            for (String denial : denials) {
                list = list.withDenial(name(denial), AfsAccessList.rights(rights(denial)));
            }
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
        return list;
    }

    private static String name(String entry) {
        return entry.substring(0, equalsSign(entry));
    }

    private static String rights(String entry) {
        return entry.substring(equalsSign(entry) + 1);
    }

    private static int equalsSign(String entry) {
        int at = entry.lastIndexOf('=');
        if (at <= 0) {
            throw new IllegalArgumentException("'" + entry + "' is not NAME=RIGHTS");
        }
        return at;
    }

    private void show(String path, AfsAccessList list) throws IOException {
        if (!json) {
            print(path);
        }
        show(path, list.grants(), false);
        show(path, list.denials(), true);
    }

    private void show(String path, SequencedMap<String, Integer> entries, boolean denied) throws IOException {
        for (var entry : entries.entrySet()) {
            String letters = AfsAccessList.letters(entry.getValue());
            print(
                    json
                            ? new JsonLine()
                                    .put("path", path)
                                    .put("name", entry.getKey())
                                    .put("rights", letters)
                                    .put("denied", denied)
                                    .end()
                            : "  " + (denied ? "not " : "") + entry.getKey() + " " + letters);
        }
    }
}
