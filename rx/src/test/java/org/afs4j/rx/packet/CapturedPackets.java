package org.afs4j.rx.packet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// Packets that other implementations sent.
public final class CapturedPackets {
    private CapturedPackets() {}

    public static List<byte[]> all() {
        try (InputStream in = CapturedPackets.class.getResourceAsStream("/org/afs4j/rx/captured-packets.txt")) {
            if (in == null) {
                throw new IllegalStateException("the captured packets are missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(HexFormat.of()::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
