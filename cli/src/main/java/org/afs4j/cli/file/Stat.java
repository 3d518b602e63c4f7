package org.afs4j.cli.file;

import java.io.IOException;
import java.util.List;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFileInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs stat`: all that AFS tells of a file.
@Command(
        name = "stat",
        description = "Show what AFS tells of files and directories: also where they are, and what you may do with them.",
        sortOptions = false,
        footer = {
            "",
            "Rights: r read, l look up, i insert, d delete, w write, k lock, a administer.",
            "Examples:",
            "  afs stat /afs/example.org/pub",
            "  afs stat --json /afs/example.org/pub | jq .volume"
        })
public final class Stat extends ClientCommand {
    @Option(
            names = {"-L", "--dereference"},
            description = "Tell of a symlink's target, not of the symlink.")
    private boolean followLink;

    @Option(names = "--json", description = "A line of JSON each.")
    private boolean json;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "What to tell of.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Stat(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        for (String path : paths) {
            AfsFileInfo info = client.info(path, followLink);
            String target = info.isSymlink() ? client.readLink(path) : "";
            print(json ? line(path, info, target) : text(path, info, target));
        }
        return ExitCode.DONE;
    }

    private static String line(String path, AfsFileInfo info, String target) {
        JsonLine line = InfoText.fields(new JsonLine().put("path", path), info);
        return (info.isSymlink() ? line.put("target", target) : line).end();
    }

    private static String text(String path, AfsFileInfo info, String target) {
        return String.join(
                System.lineSeparator(),
                "        path: " + path + (info.isSymlink() ? " -> " + target : ""),
                "        type: " + InfoText.typeText(info),
                "        size: " + info.sizeBytes() + " bytes",
                "        mode: " + InfoText.octal(info) + " (" + InfoText.modeText(info) + ")",
                "       links: " + info.linkCount(),
                "       owner: " + Integer.toUnsignedString(info.owner()) + ", group "
                        + Integer.toUnsignedString(info.group()),
                "    modified: " + InfoText.timeText(info),
                "data version: " + info.dataVersion(),
                "      rights: " + InfoText.rightsText(info),
                "        cell: " + info.cell() + ", volume " + info.volume() + ", fid " + info.fid());
    }
}
