package org.afs4j.client.configuration;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/// Where one cell's servers are.
///
/// @param name the cell's name, lower case by custom
/// @param locationServers its volume location servers, tried in this order; one that is unresolved is looked up when it is used
/// @param fileServerPort the UDP port of its file servers, whose addresses come from the location servers without a port
public record CellConfiguration(String name, List<InetSocketAddress> locationServers, int fileServerPort) {
    /// The customary UDP port of volume location servers.
    public static final int LOCATION_PORT = 7003;

    /// The customary UDP port of file servers.
    public static final int FILE_SERVER_PORT = 7000;

    /// Makes a configuration.
    public CellConfiguration {
        locationServers = List.copyOf(locationServers);
        if (name.isEmpty() || name.contains("/")) {
            throw new IllegalArgumentException("not a cell's name: '" + name + "'");
        }
    }

    /// Makes a configuration from server addresses as text.
    ///
    /// @param name the cell's name
    /// @param servers each `HOST`, `HOST:PORT` or `HOST:PORT:FILESERVERPORT`, the first port being the location server's
    /// @throws IllegalArgumentException if a text has another form or names an unknown host: its message says which
    public static CellConfiguration parse(String name, List<String> servers) {
        int fileServerPort = FILE_SERVER_PORT;
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String server : servers) {
            String[] parts = server.split(":", -1);
            if (parts.length > 3 || parts[0].isEmpty()) {
                throw new IllegalArgumentException("not a server (HOST[:PORT[:FILESERVERPORT]]): '" + server + "'");
            }
            int port = parts.length > 1 ? port(server, parts[1]) : LOCATION_PORT;
            fileServerPort = parts.length > 2 ? port(server, parts[2]) : fileServerPort;
            InetSocketAddress address = new InetSocketAddress(parts[0], port);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("unknown host '" + parts[0] + "' in '" + server + "'");
            }
            addresses.add(address);
        }
        return new CellConfiguration(name, addresses, fileServerPort);
    }

    private static int port(String server, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 0xFFFF) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // said below, together with what is out of range
        }
        throw new IllegalArgumentException("not a port: '" + text + "' in '" + server + "'");
    }
}
