package org.afs4j.cli.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.afs4j.base.lock.LockRank;
import org.afs4j.base.lock.RankedMutex;
import org.afs4j.cell.AfsCell;
import org.afs4j.cell.EmbeddedServer;
import org.afs4j.cell.EmbeddedVolume;
import org.afs4j.cell.FaultOrder;
import org.afs4j.cell.ServerFaults;
import org.afs4j.cli.command.JsonLine;
import org.afs4j.protocol.Fid;
import org.afs4j.rx.port.DatagramPort;
import org.jspecify.annotations.Nullable;

/// What a cell that runs is told over its control socket: to tell of itself, and, if that was allowed, to go wrong in a certain way, to
/// stop and start, to move volumes. docs/CLI.md has the table of orders.
///
/// Threads: any; orders are carried out one after the other. Blocks: as the orders do.
public final class CellControl {
    /// How long breaks wait for others to be reordered with, if nothing else is said.
    private static final Duration LONGEST_GATHERING = Duration.ofSeconds(1);

    private final AfsCell cell;
    private final boolean obeys;
    /// So that servers are stopped and started by one at a time; breaks are awaited under it.
    private final RankedMutex oneAtATime = new RankedMutex(LockRank.CLIENT);

    /// Makes the control of a cell.
    ///
    /// @param cell the cell
    /// @param obeys whether it takes orders; if not, it only tells of itself
    public CellControl(AfsCell cell, boolean obeys) {
        this.cell = cell;
        this.obeys = obeys;
    }

    /// Carries out an order.
    ///
    /// @param line the order, a JSON object
    /// @return the answer, a JSON object: `ok`, and if that is false `error`
    public String answer(String line) {
        oneAtATime.lock();
        try {
            Order order = Order.parse(line);
            String command = order.text("command");
            if (command.equals("status")) {
                order.end();
                return status();
            }
            if (!obeys) {
                return error("afs serve takes orders with --control only");
            }
            carryOut(command, order);
            return new JsonLine().put("ok", true).end();
        } catch (IllegalArgumentException | IOException e) {
            return error(String.valueOf(e.getMessage()));
        } finally {
            oneAtATime.unlock();
        }
    }

    private static String error(String message) {
        return new JsonLine().put("ok", false).put("error", message).end();
    }

    private String status() {
        List<JsonLine> servers = cell.servers().stream()
                .map(server -> new JsonLine()
                        .put("address", server.toString())
                        .put("uuid", server.uuid().toString())
                        .put("promises", server.promiseCount())
                        .put("breaksSent", server.counters().breaksSent())
                        .put("breaksFailed", server.counters().breaksFailed())
                        .put("clientsGreeted", server.counters().clientsGreeted())
                        .put("faults", server.counters().faults())
                        .put("heldBreaks", server.faults().heldBreaks()))
                .toList();
        List<JsonLine> volumes = cell.volumes().stream()
                .map(volume -> new JsonLine()
                        .put("name", volume.name())
                        .put("id", Integer.toUnsignedLong(volume.id()))
                        .put("vnodes", volume.vnodeCount()))
                .toList();
        JsonLine calls = new JsonLine();
        cell.counters().calls().forEach(calls::put);
        return new JsonLine()
                .put("ok", true)
                .put("pid", ProcessHandle.current().pid())
                .put("command", "serve")
                .put("cell", cell.name())
                .put("servers", servers)
                .put("volumes", volumes)
                .put("calls", calls)
                .end();
    }

    private void carryOut(String command, Order order) throws IOException {
        switch (command) {
            case "abort", "delay", "clear" -> disturb(command, order);
            case "delay-breaks", "reorder-breaks", "lose-breaks", "hold-breaks", "release-breaks" -> disturbBreaks(command, order);
            case "stop", "start", "restart", "forget", "refuse", "add-server" -> changeServer(command, order);
            default -> changeVolume(command, order);
        }
    }

    private EmbeddedServer server(Order order) {
        int index = order.number("server", 0);
        if (index < 0 || index >= cell.servers().size()) {
            throw new IllegalArgumentException("server is 0 to " + (cell.servers().size() - 1) + ", not " + index);
        }
        return cell.server(index);
    }

    private void disturb(String command, Order order) {
        String service = order.find("service");
        ServerFaults faults =
                switch (service == null ? "file" : service) {
                    case "file" -> server(order).faults();
                    case "location" -> cell.locationFaults();
                    case "protection" -> cell.protectionFaults();
                    default -> throw new IllegalArgumentException("service is file, location or protection, not " + service);
                };
        if (command.equals("clear")) {
            order.end();
            faults.clear();
            return;
        }
        FaultOrder fault = command.equals("delay")
                ? FaultOrder.delay(order.duration("time"))
                : order.flag("once-done", false)
                        ? FaultOrder.abortOnceDone(order.number("code"))
                        : FaultOrder.abort(order.number("code"));
        FaultOrder limited = limited(fault, order);
        order.end();
        faults.add(limited);
    }

    private FaultOrder limited(FaultOrder fault, Order order) {
        FaultOrder limited = fault;
        @Nullable String procedure = order.find("procedure");
        if (procedure != null) {
            limited = limited.ofProcedure(procedure);
        }
        @Nullable String volume = order.find("volume");
        if (volume != null) {
            limited = limited.ofVolume(cell.volume(volume).id());
        }
        @Nullable Fid fid = order.findFid("fid");
        if (fid != null) {
            limited = limited.ofFid(fid);
        }
        int times = order.number("times", 0);
        if (times > 0) {
            limited = limited.times(times);
        }
        @Nullable Duration lasting = order.findDuration("lasting");
        return lasting == null ? limited : limited.lasting(lasting);
    }

    private void disturbBreaks(String command, Order order) {
        ServerFaults faults = server(order).faults();
        switch (command) {
            case "delay-breaks" -> {
                Duration shortest = order.findDuration("shortest");
                Duration longest = order.duration("longest");
                order.end();
                faults.delayBreaks(shortest == null ? Duration.ZERO : shortest, longest);
            }
            case "reorder-breaks" -> {
                int count = order.number("count", 2);
                Duration longest = order.findDuration("longest");
                order.end();
                faults.reorderBreaks(count, longest == null ? LONGEST_GATHERING : longest);
            }
            case "lose-breaks" -> {
                int count = order.number("count", 1);
                order.end();
                faults.loseBreaks(count);
            }
            case "hold-breaks" -> {
                order.end();
                faults.holdBreaks();
            }
            default -> {
                order.end();
                faults.releaseBreaks();
            }
        }
    }

    private void changeServer(String command, Order order) throws IOException {
        if (command.equals("add-server")) {
            InetAddress address = InetAddress.getByName(order.text("address"));
            order.end();
            int port = cell.fileServerAddress().getPort();
            EmbeddedServer added = cell.addServer(DatagramPort.open(new InetSocketAddress(address, port)));
            assert added.addresses().size() == 1;
            return;
        }
        EmbeddedServer server = server(order);
        boolean refuses = command.equals("refuse") && order.flag("on", true);
        boolean keeps = command.equals("restart") && order.flag("keep", true);
        order.end();
        switch (command) {
            case "stop" -> server.stop();
            case "start" -> server.start();
            case "refuse" -> server.refuseAll(refuses);
            default -> server.restart(keeps);
        }
    }

    private void changeVolume(String command, Order order) throws IOException {
        String name = order.text("volume");
        switch (command) {
            case "create" -> {
                EmbeddedServer server = server(order);
                order.end();
                EmbeddedVolume made = cell.createVolume(name, server);
                cell.mount(cell.volume("root.cell"), name, "#" + name + ".");
                assert made.name().equals(name);
            }
            case "add-replica" -> {
                EmbeddedServer server = server(order);
                order.end();
                cell.addReplica(name, server);
            }
            case "move" -> {
                EmbeddedServer server = server(order);
                order.end();
                cell.move(name, server);
            }
            case "release" -> {
                order.end();
                cell.release(name);
            }
            case "backup" -> {
                order.end();
                cell.backup(name);
            }
            case "break" -> {
                order.end();
                cell.breakVolume(name);
            }
            case "offline" -> {
                boolean offline = order.flag("on", true);
                order.end();
                cell.volume(name).setOffline(offline);
            }
            default -> throw new IllegalArgumentException("no such order: " + command);
        }
    }
}
