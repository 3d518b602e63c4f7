package org.afs4j.benchmarks.sidebyside;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import org.afs4j.client.AfsClient;
import org.jspecify.annotations.Nullable;

/// Does timed work with an [AfsClient] as it is told on standard input, one command a line, and answers each with a line of JSON.
///
/// | command | does |
/// |---|---|
/// | `open CELL SERVER CACHE-BYTES` | opens a client with an empty cache |
/// | `close` | closes it |
/// | `read PATH`, `digest PATH`, `write PATH BYTES` | one file, from end to end |
/// | `mkdir DIR`, `create DIR COUNT BYTES`, `stat DIR COUNT`, `list DIR`, `unlink DIR COUNT` | many files `f0`, `f1`, … |
/// | `tree DIR DIRECTORIES FILES`, `find DIR` | directories `d0`, `d1`, … of empty files, and a walk through all of them |
/// | `watch PATH LAST TIMEOUT-MILLIS` | answers twice: when it spins, and when it has seen the last value |
/// | `poke PATH COUNT INTERVAL-MILLIS` | changes the first byte |
public final class SideBySideClient {
    private @Nullable AfsClient client;

    private SideBySideClient() {}

    /// Runs until the end of standard input.
    ///
    /// @param arguments none
    /// @throws IOException if standard input or output breaks, or the last client cannot be closed
    public static void main(String[] arguments) throws IOException {
        SideBySideClient self = new SideBySideClient();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answer(self.answerTo(line.split(" ", -1)));
            }
        } finally {
            self.close();
        }
    }

    private static void answer(String json) {
        System.out.println(json);
        System.out.flush();
    }

    private String answerTo(String[] words) {
        try {
            return run(words);
        } catch (IOException | NoSuchAlgorithmException | RuntimeException e) {
            String text = e.toString().replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
            return "{\"error\":\"" + text + "\"}";
        }
    }

    private String run(String[] words) throws IOException, NoSuchAlgorithmException {
        return switch (words[0]) {
            case "open" -> {
                close();
                client = AfsClient.builder()
                        .cell(words[1], words[2])
                        .cacheBytes(Long.parseLong(words[3]))
                        .open();
                yield "{}";
            }
            case "close" -> {
                close();
                yield "{}";
            }
            default -> {
                @Nullable AfsClient open = client;
                if (open == null) {
                    throw new IllegalStateException("no client is open");
                }
                yield run(new Work(open), words);
            }
        };
    }

    private static String run(Work work, String[] words) throws IOException, NoSuchAlgorithmException {
        String path = words[1];
        return switch (words[0]) {
            case "read" -> work.read(path).json();
            case "digest" -> "{\"sha256\":\"" + work.digest(path) + "\"}";
            case "write" -> work.write(path, Long.parseLong(words[2])).json();
            case "create" -> work.create(path, Integer.parseInt(words[2]), Integer.parseInt(words[3])).json();
            case "stat" -> work.stat(path, Integer.parseInt(words[2])).json();
            case "list" -> work.list(path).json();
            case "tree" -> work.tree(path, Integer.parseInt(words[2]), Integer.parseInt(words[3])).json();
            case "find" -> work.find(path).json();
            case "mkdir" -> work.makeDirectory(path).json();
            case "unlink" -> work.unlink(path, Integer.parseInt(words[2])).json();
            case "watch" -> work.watch(
                    path, Integer.parseInt(words[2]), Long.parseLong(words[3]), () -> answer("{\"spinning\":true}"));
            case "poke" -> work.poke(path, Integer.parseInt(words[2]), Long.parseLong(words[3]));
            default -> throw new IllegalArgumentException("no such command: " + words[0]);
        };
    }

    private void close() throws IOException {
        AfsClient open = client;
        client = null;
        if (open != null) {
            open.close();
        }
    }
}
