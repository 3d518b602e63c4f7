package org.afs4j.cli.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.afs4j.cli.command.ClientCommand;
import org.afs4j.cli.command.Ending;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.cli.command.OutputGoneException;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsEntry;
import org.afs4j.client.AfsFileInfo;
import org.afs4j.client.AfsPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `afs ls`: lists directories.
@Command(
        name = "ls",
        description = "List directories, or tell of files; entries are sorted by name, those that begin with a dot left out.",
        sortOptions = false,
        footer = {
            "",
            "/afs lists the cells, and asks none of them: without -l in any case.",
            "Examples:",
            "  afs ls -l /afs/example.org/",
            "  afs ls --json /afs/example.org/pub | jq -r 'select(.sizeBytes > 1000000) | .name'"
        })
public final class Ls extends ClientCommand {
    @Option(
            names = {"-l", "--long"},
            description = "Also mode, links, owner, group, size and time of modification.")
    private boolean withInfo;

    @Option(
            names = {"-a", "--all"},
            description = "Also entries that begin with a dot.")
    private boolean all;

    @Option(
            names = {"-d", "--directory"},
            description = "Tell of a directory itself, not of what is in it.")
    private boolean directoryItself;

    @Option(names = "--json", description = "A line of JSON an entry, with all that AFS tells of it.")
    private boolean json;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Directories and files in AFS.")
    private List<String> paths = List.of();

    /// Makes the command.
    ///
    /// @param surroundings what it finds around itself
    public Ls(Surroundings surroundings) {
        super(surroundings);
    }

    /// A line of the listing.
    ///
    /// @param name the entry's name
    /// @param path its path
    /// @param info what AFS tells of it, or null where that was not asked
    private record Row(String name, String path, @Nullable AfsFileInfo info) {}

    @Override
    protected ExitCode run(AfsClient client, Ending ending) throws IOException {
        boolean first = true;
        for (String path : paths) {
            List<Row> rows = rows(client, path);
            if (paths.size() > 1 && !json) {
                print((first ? "" : System.lineSeparator()) + path + ":");
            }
            first = false;
            print(client, rows);
        }
        return ExitCode.DONE;
    }

    private List<Row> rows(AfsClient client, String path) throws IOException {
        AfsPath directory = AfsPath.parse(path);
        if (directory.isRoot()) {
            return sorted(client.list(path).stream().map(name -> row(directory, name, null)).toList());
        }
        AfsFileInfo info = client.info(path, !withInfo || path.endsWith("/"));
        if (info.isSymlink() && !directoryItself) {
            AfsFileInfo target = Paths.infoOrNull(client, path, true);
            if (target == null || !target.isDirectory()) {
                return List.of(new Row(path, path, info));
            }
        } else if (!info.isDirectory() || directoryItself) {
            return List.of(new Row(path, path, info));
        }
        List<Row> rows = new ArrayList<>();
        if (withInfo || json) {
            for (AfsEntry entry : client.listWithInfo(path)) {
                rows.add(row(directory, entry.name(), entry.info()));
            }
        } else {
            client.list(path).forEach(name -> rows.add(row(directory, name, null)));
        }
        return sorted(rows);
    }

    private static Row row(AfsPath directory, String name, @Nullable AfsFileInfo info) {
        return new Row(name, directory.resolve(name).toString(), info);
    }

    private List<Row> sorted(List<Row> rows) {
        return rows.stream()
                .filter(row -> all || !row.name.startsWith("."))
                .sorted(Comparator.comparing(Row::name))
                .toList();
    }

    private void print(AfsClient client, List<Row> rows) throws IOException {
        int sizeWidth = width(rows, Ls::size);
        int linkWidth = width(rows, row -> row.info == null ? "" : Integer.toString(row.info.linkCount()));
        int ownerWidth = width(rows, row -> row.info == null ? "" : Integer.toUnsignedString(row.info.owner()));
        int groupWidth = width(rows, row -> row.info == null ? "" : Integer.toUnsignedString(row.info.group()));
        for (Row row : rows) {
            AfsFileInfo info = row.info;
            if (json) {
                printJson(client, row);
            } else if (info == null || !withInfo) {
                print(row.name);
            } else {
                print(String.join(
                        " ",
                        InfoText.modeText(info),
                        pad(Integer.toString(info.linkCount()), linkWidth),
                        pad(Integer.toUnsignedString(info.owner()), ownerWidth),
                        pad(Integer.toUnsignedString(info.group()), groupWidth),
                        pad(size(row), sizeWidth),
                        InfoText.timeText(info),
                        row.name + (info.isSymlink() ? " -> " + client.readLink(row.path) : "")));
            }
        }
    }

    private void printJson(AfsClient client, Row row) throws OutputGoneException, IOException {
        JsonLine line = new JsonLine().put("name", row.name).put("path", row.path);
        AfsFileInfo info = row.info;
        if (info != null) {
            InfoText.fields(line, info);
            if (info.isSymlink()) {
                line.put("target", client.readLink(row.path));
            }
        }
        print(line.end());
    }

    /// A column's text of a row.
    @FunctionalInterface
    private interface Column {
        String of(Row row);
    }

    private static int width(List<Row> rows, Column column) {
        return rows.stream().mapToInt(row -> column.of(row).length()).max().orElse(0);
    }

    private static String size(Row row) {
        return row.info == null ? "" : Long.toString(row.info.sizeBytes());
    }

    private static String pad(String text, int width) {
        return String.format(Locale.ROOT, "%" + Math.max(width, 1) + "s", text);
    }
}
