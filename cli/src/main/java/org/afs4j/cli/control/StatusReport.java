package org.afs4j.cli.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.client.AfsClient;
import org.afs4j.client.status.AfsSnapshot;

/// A client's snapshot as JSON: what the control socket answers to `{"command":"status"}`.
final class StatusReport {
    static final String REQUEST = "{\"command\":\"status\"}";
    private static final double NANOS_PER_MILLI = 1e6;

    private StatusReport() {}

    /// Answers a request.
    ///
    /// @param request the line
    /// @param command what the process runs
    /// @param client the client
    static String answer(String request, String command, AfsClient client) {
        try {
            String asked = command(request);
            return asked.equals("status")
                    ? of(command, client.snapshot())
                    : error("no such command: " + asked);
        } catch (IOException e) {
            return error("not a request: {\"command\":NAME}");
        }
    }

    private static String error(String message) {
        return new JsonLine().put("ok", false).put("error", message).end();
    }

    private static String command(String request) throws IOException {
        String command = "";
        try (JsonParser parser = new JsonFactory().createParser(request)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                String value = parser.nextTextValue();
                if (field.equals("command") && value != null) {
                    command = value;
                } else {
                    parser.skipChildren();
                }
            }
        }
        return command;
    }

    private static String of(String command, AfsSnapshot now) {
        JsonLine counters = new JsonLine();
        new TreeMap<>(now.counters()).forEach((counter, count) -> counters.put(counter.name().toLowerCase(Locale.ROOT), count));
        return new JsonLine()
                .put("ok", true)
                .put("pid", ProcessHandle.current().pid())
                .put("command", command)
                .put("cells", now.cells().stream().map(StatusReport::cell).toList())
                .put("servers", now.servers().stream().map(StatusReport::server).toList())
                .put("volumes", now.volumes().stream().map(StatusReport::volume).toList())
                .put("locks", now.locks().stream().map(StatusReport::lock).toList())
                .put("pages", pages(now.pages()))
                .put("counters", counters)
                .end();
    }

    private static JsonLine cell(AfsSnapshot.CellState cell) {
        return new JsonLine().put("name", cell.name()).put("volumes", cell.volumes()).put("mappedVnodes", cell.mappedVnodes());
    }

    private static JsonLine server(AfsSnapshot.ServerState server) {
        JsonLine line = new JsonLine()
                .put("addresses", String.join(" ", server.addresses()))
                .put("uuid", server.uuid())
                .put("state", !server.met() ? "unmet" : server.silent() ? "silent" : "up")
                .put("massBreaks", server.massBreaks())
                .put("unheardMillis", server.unheardNanos() / NANOS_PER_MILLI);
        return server.roundTripNanos() < 0 ? line : line.put("roundTripMillis", server.roundTripNanos() / NANOS_PER_MILLI);
    }

    private static JsonLine volume(AfsSnapshot.VolumeState volume) {
        return new JsonLine()
                .put("cell", volume.cell())
                .put("name", volume.name())
                .put("id", volume.id())
                .put("servers", String.join(" ", volume.servers()))
                .put("vnodes", volume.vnodes())
                .put("validVnodes", volume.validVnodes())
                .put("unaskedVnodes", volume.unaskedVnodes())
                .put("promises", volume.promises());
    }

    private static JsonLine lock(AfsSnapshot.LockState lock) {
        return new JsonLine()
                .put("volume", lock.volume())
                .put("fid", lock.fid())
                .put("serverLock", lock.serverLock().toLowerCase(Locale.ROOT))
                .put("ranges", lock.ranges())
                .put("waiters", lock.waiters())
                .put("leftMillis", lock.leftNanos() / NANOS_PER_MILLI);
    }

    private static JsonLine pages(AfsSnapshot.PageState pages) {
        long reads = pages.hits() + pages.misses();
        return new JsonLine()
                .put("residentBytes", pages.residentBytes())
                .put("dirtyBytes", pages.dirtyBytes())
                .put("hits", pages.hits())
                .put("misses", pages.misses())
                .put("hitRate", reads == 0 ? 0.0 : (double) pages.hits() / reads)
                .put("faults", pages.faults())
                .put("strips", pages.strips())
                .put("pins", pages.pins());
    }

    /// An answer in lines for people: a number or text a line, under the names that JSON has.
    ///
    /// @param answer the answer
    /// @throws IOException if it is no JSON
    static List<String> text(String answer) throws IOException {
        List<String> lines = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(answer)) {
            StringBuilder line = new StringBuilder();
            String part = "";
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    depth++;
                    part = depth == 1 ? "" : part;
                } else if (token == JsonToken.END_OBJECT) {
                    depth--;
                    if (!line.isEmpty()) {
                        lines.add((depth == 0 ? "" : part + ":") + line);
                        line.setLength(0);
                    }
                } else if (token == JsonToken.FIELD_NAME && depth == 1) {
                    part = parser.currentName();
                } else if (token.isScalarValue()) {
                    String field = parser.currentName() + " " + parser.getText();
                    if (depth == 1) {
                        lines.add(field);
                    } else {
                        line.append(line.isEmpty() ? " " : ", ").append(field);
                    }
                }
            }
        }
        return lines;
    }
}
