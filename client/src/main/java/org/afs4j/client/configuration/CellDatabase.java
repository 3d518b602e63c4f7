package org.afs4j.client.configuration;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The cells that a host's configuration files name: `CellServDB` with their servers, `CellAlias` with other names of them, and
/// `ThisCell` with the default one.
public final class CellDatabase {
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})+\\.?");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Map<String, CellConfiguration> cells;
    private final Map<String, String> aliases;
    private final @Nullable String thisCell;

    private CellDatabase(Map<String, CellConfiguration> cells, Map<String, String> aliases, @Nullable String thisCell) {
        this.cells = cells;
        this.aliases = aliases;
        this.thisCell = thisCell;
    }

    /// Reads the files of a directory, `/etc/openafs` by custom; a file that is not there names nothing.
    ///
    /// @param directory where `CellServDB`, `CellAlias` and `ThisCell` are
    /// @throws IOException if a file that is there cannot be read
    public static CellDatabase read(Path directory) throws IOException {
        String cell = text(directory.resolve("ThisCell")).strip();
        return new CellDatabase(
                parse(text(directory.resolve("CellServDB"))),
                parseAliases(text(directory.resolve("CellAlias"))),
                cell.isEmpty() ? null : cell);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException absent) {
            return "";
        }
    }

    /// Reads the text of a `CellServDB`: `>cell #comment`, then a line `address #name` a server; what follows a `#` is a comment, and
    /// addresses in brackets (clones) count as any other. Where a host's name stands instead of an address it is looked up when the cell
    /// is used. IPv6 addresses are passed over, for Rx has none.
    static Map<String, CellConfiguration> parse(String text) {
        Map<String, List<InetSocketAddress>> servers = new LinkedHashMap<>();
        @Nullable List<InetSocketAddress> current = null;
        for (String raw : text.lines().toList()) {
            String line = withoutComment(raw);
            if (line.startsWith(">")) {
                String name = BLANKS.splitAsStream(line.substring(1).strip()).findFirst().orElse("");
                current = name.isEmpty() ? null : servers.computeIfAbsent(name, _ -> new ArrayList<>());
            } else if (!line.isEmpty() && current != null) {
                String address = line.replace("[", "").replace("]", "");
                if (ADDRESS.matcher(address).matches()) {
                    current.add(new InetSocketAddress(address, CellConfiguration.LOCATION_PORT));
                } else if (HOST.matcher(address).matches()) {
                    current.add(InetSocketAddress.createUnresolved(address, CellConfiguration.LOCATION_PORT));
                }
            }
        }
        Map<String, CellConfiguration> cells = new LinkedHashMap<>();
        servers.forEach((name, addresses) ->
                cells.put(name, new CellConfiguration(name, addresses, CellConfiguration.FILE_SERVER_PORT)));
        return cells;
    }

    private static String withoutComment(String line) {
        return line.contains("#") ? line.substring(0, line.indexOf('#')).strip() : line.strip();
    }

    /// Reads the text of a `CellAlias`: a line `cell alias` each.
    static Map<String, String> parseAliases(String text) {
        Map<String, String> aliases = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            List<String> words = BLANKS.splitAsStream(withoutComment(line)).toList();
            if (words.size() == 2 && !words.get(1).startsWith(".")) {
                aliases.putIfAbsent(words.get(1), words.get(0));
            }
        }
        return aliases;
    }

    /// Other names of cells: the alias, then the cell's name. The cells need not be among those here.
    public Map<String, String> aliases() {
        return Map.copyOf(aliases);
    }

    /// All cells, in the file's order.
    public List<CellConfiguration> cells() {
        return List.copyOf(cells.values());
    }

    /// One cell.
    ///
    /// @param name its name
    public Optional<CellConfiguration> cell(String name) {
        return Optional.ofNullable(cells.get(name));
    }

    /// The name in `ThisCell`.
    public Optional<String> thisCell() {
        return Optional.ofNullable(thisCell);
    }
}
