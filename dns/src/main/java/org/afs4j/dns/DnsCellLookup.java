package org.afs4j.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.afs4j.base.world.World;
import org.afs4j.client.configuration.CellConfiguration;
import org.afs4j.client.configuration.CellLookup;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AFSDBRecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Finds cells by their names in the Domain Name System: by the SRV records of `_afs3-vlserver._udp.CELL`, or where there is none by the
/// AFSDB records of `CELL` with subtype 1.
///
/// The location servers come in the order that priorities and weights ask for. Of a host that the records name, IPv4 addresses are
/// taken and others left out, for Rx has none. What is found holds as long as the shortest lived record that it is made of; that
/// there is no such cell, a minute.
///
/// Who can answer for the name decides where the client asks for volumes: without signatures DNS proves nothing. The servers themselves
/// are trusted no further than those of `CellServDB`.
///
/// Threads: any; the library waits for replies on a thread of its own. Blocks: for the name servers, within a bound.
///
/// Source: RFC 5864, RFC 2782 (SRV), RFC 1183 (AFSDB).
public final class DnsCellLookup implements CellLookup {
    private static final String SERVICE = "_afs3-vlserver._udp";
    private static final int SUBTYPE_LOCATION_SERVER = 1;
    /// How many hosts of a cell are looked up: a bound on what a name server can make of one question.
    private static final int MOST_HOSTS = 16;
    private static final Duration KEEP_ABSENT = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final RandomGenerator random;
    private final @Nullable Resolver resolver;

    private DnsCellLookup(World world, @Nullable Resolver resolver) {
        this.random = world.random();
        this.resolver = resolver;
    }

    /// Asks the name servers that the system is set to use.
    ///
    /// @param world randomness, by which load is spread as the records' weights say
    public static DnsCellLookup ofSystem(World world) {
        return new DnsCellLookup(world, null);
    }

    /// Asks one name server.
    ///
    /// @param world randomness, by which load is spread as the records' weights say
    /// @param server the name server
    /// @param timeout how long one question to it may take
    public static DnsCellLookup of(World world, InetSocketAddress server, Duration timeout) {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setTimeout(timeout);
        return new DnsCellLookup(world, resolver);
    }

    /// A location server, as the records name it.
    private record Host(Name name, int port, long keepSeconds) {}

    @Override
    public Answer find(String name) throws IOException {
        Resolver asked = resolver == null ? ofSystem() : resolver;
        List<Host> hosts;
        try {
            Name cell = Name.fromString(name, Name.root);
            List<Record> services = ask(asked, Name.fromString(SERVICE, cell), Type.SRV);
            hosts = services.isEmpty() ? named(ask(asked, cell, Type.AFSDB)) : inOrder(services);
        } catch (TextParseException tooLong) {
            return new Answer(null, KEEP_ABSENT);
        }
        return addresses(asked, name, hosts);
    }

    private static Resolver ofSystem() {
        ExtendedResolver system = new ExtendedResolver();
        system.setTimeout(TIMEOUT);
        return system;
    }

    private static Answer addresses(Resolver asked, String cell, List<Host> hosts) throws IOException {
        List<InetSocketAddress> servers = new ArrayList<>();
        long keepSeconds = Long.MAX_VALUE;
        @Nullable IOException failure = null;
        for (Host host : hosts) {
            try {
                for (Record record : ask(asked, host.name, Type.A)) {
                    servers.add(new InetSocketAddress(((ARecord) record).getAddress(), host.port));
                    keepSeconds = Math.min(keepSeconds, Math.min(host.keepSeconds, record.getTTL()));
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        if (!servers.isEmpty()) {
            List<InetSocketAddress> distinct = servers.stream().distinct().toList();
            return new Answer(
                    new CellConfiguration(cell, distinct, CellConfiguration.FILE_SERVER_PORT),
                    Duration.ofSeconds(Math.max(1, keepSeconds)));
        }
        if (failure != null) {
            throw failure;
        }
        return new Answer(null, KEEP_ABSENT);
    }

    /// The hosts of SRV records: those of lower priority first, and of equal ones a heavier one more often first (RFC 2782). A host `.`
    /// says that the cell has no such server.
    private List<Host> inOrder(List<Record> records) {
        List<SRVRecord> left = new ArrayList<>(records.stream()
                .map(SRVRecord.class::cast)
                .filter(record -> !record.getTarget().equals(Name.root) && record.getPort() != 0)
                .sorted(Comparator.comparingInt(SRVRecord::getPriority).thenComparingInt(SRVRecord::getWeight))
                .toList());
        List<Host> hosts = new ArrayList<>();
        while (!left.isEmpty() && hosts.size() < MOST_HOSTS) {
            int priority = left.getFirst().getPriority();
            int total = sameOf(left, priority).mapToInt(SRVRecord::getWeight).sum();
            int lot = random.nextInt(total + 1);
            int index = 0;
            for (int sum = left.getFirst().getWeight(); sum < lot; sum += left.get(index).getWeight()) {
                index++;
            }
            SRVRecord next = left.remove(index);
            hosts.add(new Host(next.getTarget(), next.getPort(), next.getTTL()));
        }
        return hosts;
    }

    private static Stream<SRVRecord> sameOf(List<SRVRecord> records, int priority) {
        return records.stream().filter(record -> record.getPriority() == priority);
    }

    private static List<Host> named(List<Record> records) {
        return records.stream()
                .map(AFSDBRecord.class::cast)
                .filter(record -> record.getSubtype() == SUBTYPE_LOCATION_SERVER)
                .limit(MOST_HOSTS)
                .map(record -> new Host(record.getHost(), CellConfiguration.LOCATION_PORT, record.getTTL()))
                .toList();
    }

    /// The records of a name, none if there are none.
    private static List<Record> ask(Resolver asked, Name name, int type) throws IOException {
        Lookup lookup = new Lookup(name, type, DClass.IN);
        lookup.setResolver(asked);
        // The client keeps what is found, for all that use it.
        lookup.setCache(null);
        Record @Nullable [] found = lookup.run();
        return switch (lookup.getResult()) {
            case Lookup.SUCCESSFUL -> found == null ? List.of() : List.of(found);
            case Lookup.HOST_NOT_FOUND, Lookup.TYPE_NOT_FOUND -> List.of();
            default -> throw new IOException("DNS tells no " + Type.string(type) + " of " + name + ": " + lookup.getErrorString());
        };
    }
}
