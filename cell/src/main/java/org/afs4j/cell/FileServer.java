package org.afs4j.cell;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.afs4j.base.world.World;
import org.afs4j.cell.administration.Principals;
import org.afs4j.cell.administration.ServerWork;
import org.afs4j.cell.store.CellStoreException;
import org.afs4j.cell.store.FileContents;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.Capabilities;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FetchDataOutput;
import org.afs4j.protocol.fs.FetchStatus;
import org.afs4j.protocol.fs.FileServerReply;
import org.afs4j.protocol.fs.FileServerRequest;
import org.afs4j.protocol.fs.FileServerService;
import org.afs4j.protocol.fs.FileType;
import org.afs4j.protocol.fs.ServerStatistics;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.fs.VolSync;
import org.afs4j.protocol.xdr.NameCodec;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxStream;
import org.jspecify.annotations.Nullable;

/// The file server: each procedure does its work on a volume under the volume's lock, enters and takes out promises at the same
/// moment, and, with the lock dropped, sends the breaks that it owes and awaits them before it replies.
///
/// Data on their way to or from a client never hold a lock: a fetch sends what the file was at one moment, a store takes effect
/// at one moment, when all of its data are here.
///
/// Source: OpenAFS `src/viced/afsfileprocs.c`. Threads: any number at once. Blocks: for greetings and breaks.
final class FileServer implements FileServerService {
    private static final Capabilities CAPABILITIES = Capabilities.of(
            Capabilities.SERVER_ERROR_TRANSLATION | Capabilities.SERVER_64_BIT_FILES | Capabilities.SERVER_WRITE_LOCK_ACL);

    private final World world;
    private final ServedVolumes volumes;
    private final ServerFaults faults;
    private final PromiseTable promises;
    private final CallbackSender callbacks;
    private final CellCounters counters;
    private final NameChanges names;
    private final ServerWork work;
    private final Principals principals;

    FileServer(
            World world,
            ServedVolumes volumes,
            ServerFaults faults,
            PromiseTable promises,
            CallbackSender callbacks,
            CellCounters counters,
            ServerWork work,
            Principals principals) {
        this.work = work;
        this.principals = principals;
        this.world = world;
        this.volumes = volumes;
        this.faults = faults;
        this.promises = promises;
        this.callbacks = callbacks;
        this.counters = counters;
        this.names = new NameChanges(promises);
    }

    /// What a procedure does once the client is known.
    interface Body<R> {
        R run(ClientHost host, PromiseTable.BreakBatch breaks) throws IOException;
    }

    /// What a procedure does under a volume's lock.
    interface VolumeBody<R> {
        R run(EmbeddedVolume volume) throws IOException;
    }

    private <R> R serve(CallContext context, String procedure, @Nullable Fid fid, Body<R> body) throws IOException {
        counters.count(procedure);
        ClientHost host = promises.contact(context.peer(), callbacks);
        host.caller = principals.caller(context.peer().getAddress());
        host.calledNanos = world.nanoTime();
        PromiseTable.BreakBatch breaks = new PromiseTable.BreakBatch();
        try {
            return faults.around(procedure, fid, () -> body.run(host, breaks));
        } catch (RxAbortException refused) {
            work.refused(procedure);
            throw AbortCode.refusal(host.code(refused));
        } finally {
            callbacks.send(promises, breaks);
        }
    }

    private <R> R inVolume(Fid fid, VolumeBody<R> body) throws IOException {
        EmbeddedVolume volume = volumes.at(fid);
        volume.lock.lock();
        try {
            // It may have moved away while the lock was waited for.
            volumes.requireHere(volume);
            return body.run(volume);
        } catch (CellStoreException e) {
            throw ServedVolumes.failed(volume, e);
        } finally {
            volume.lock.unlock();
        }
    }

    private <R> R changing(Fid fid, VolumeBody<R> body) throws IOException {
        return inVolume(fid, volume -> {
            volume.requireWritable();
            return volume.change(() -> body.run(volume));
        });
    }

    /// A change that is refused before it is looked what there is to be changed, if its words are wrong.
    private <R> R changingTo(boolean sound, Fid fid, VolumeBody<R> body) throws IOException {
        requireSound(sound);
        return changing(fid, body);
    }

    private static void requireSound(boolean sound) throws RxAbortException {
        if (!sound) {
            throw AbortCode.refusal(AbortCode.EINVAL);
        }
    }

    private static FetchStatus status(EmbeddedVolume volume, Vnode vnode, ClientHost host) {
        return vnode.status(volume.world.nanoTime(), host.caller);
    }

    @Override
    public FileServerReply.Status fetchStatus(CallContext context, FileServerRequest.OfFid request) throws IOException {
        return serve(context, "FetchStatus", request.fid(), (host, breaks) -> inVolume(request.fid(), volume -> {
            Vnode vnode = volume.vnode(request.fid());
            Access.requireFetchStatus(vnode, volume.directoryAt(""), host.caller);
            return new FileServerReply.Status(status(volume, vnode, host), promises.grant(host, volume.promised(request.fid())), volume.sync());
        }));
    }

    @Override
    public FileServerReply.Bulk inlineBulkStatus(CallContext context, FileServerRequest.Bulk request) throws IOException {
        return bulk(context, "InlineBulkStatus", request, true);
    }

    @Override
    public FileServerReply.Bulk bulkStatus(CallContext context, FileServerRequest.Bulk request) throws IOException {
        return bulk(context, "BulkStatus", request, false);
    }

    private FileServerReply.Bulk bulk(CallContext context, String procedure, FileServerRequest.Bulk request, boolean inline)
            throws IOException {
        requireSound(!request.fids().isEmpty());
        return serve(context, procedure, request.fids().getFirst(), (host, breaks) -> {
            List<FetchStatus> statuses = new ArrayList<>();
            List<CallBackPromise> granted = new ArrayList<>();
            VolSync sync = new VolSync(0, 0);
            for (Fid fid : request.fids()) {
                try {
                    FileServerReply.Status entry = bulkEntry(host, fid);
                    statuses.add(entry.status());
                    granted.add(entry.promise());
                    sync = entry.volSync();
                } catch (RxAbortException refused) {
                    if (!inline) {
                        throw refused;
                    }
                    statuses.add(FetchStatus.ofError(host.code(refused)));
                    granted.add(CallBackPromise.NONE);
                }
            }
            return new FileServerReply.Bulk(statuses, granted, sync);
        });
    }

    private FileServerReply.Status bulkEntry(ClientHost host, Fid fid) throws IOException {
        return inVolume(fid, volume -> {
            Vnode vnode = volume.vnode(fid);
            Access.requireFetchStatus(vnode, volume.directoryAt(""), host.caller);
            return new FileServerReply.Status(
                    status(volume, vnode, host), promises.grantBulk(host, volume.promised(fid)), volume.sync());
        });
    }

    @Override
    public FileServerReply.Acl fetchAcl(CallContext context, FileServerRequest.OfFid request) throws IOException {
        return serve(context, "FetchACL", request.fid(), (host, breaks) -> inVolume(request.fid(), volume -> {
            Vnode vnode = volume.vnode(request.fid());
            Access.requireFetchAcl(vnode, volume.directoryAt(""), host.caller);
            return new FileServerReply.Acl(vnode.effectiveAcl().toText() + '\0', status(volume, vnode, host), volume.sync());
        }));
    }

    @Override
    public FileServerReply.Changed storeAcl(CallContext context, FileServerRequest.StoreAcl request) throws IOException {
        return storeAcl(context, "StoreACL", request);
    }

    @Override
    public FileServerReply.Changed oldStoreAcl(CallContext context, FileServerRequest.StoreAcl request) throws IOException {
        return storeAcl(context, "OldStoreACL", request);
    }

    private FileServerReply.Changed storeAcl(CallContext context, String procedure, FileServerRequest.StoreAcl request)
            throws IOException {
        return serve(context, procedure, request.fid(), (host, breaks) -> changingTo(Acl.isText(request.acl()), request.fid(), volume -> {
            Vnode directory = volume.directory(request.fid());
            Access.requireStoreAcl(directory, volume.directoryAt(""), host.caller);
            FetchStatus before = status(volume, directory, host); // with the caller's rights from before the change, as OpenAFS has it
            directory.acl = Acl.parse(request.acl(), principals);
            promises.take(request.fid(), host, breaks);
            return new FileServerReply.Changed(before, volume.sync());
        }));
    }

    private record Fetched(FileContents.Range range, FileServerReply.Status reply) {}

    @Override
    public FileServerReply.Status fetchData64(
            CallContext context, FileServerRequest.FetchData request, FetchDataOutput output) throws IOException {
        return serve(context, "FetchData64", request.fid(), (host, breaks) -> {
            DataTransfer.requirePlace(request.offsetBytes(), request.lengthBytes());
            Fetched fetched = inVolume(request.fid(), volume -> {
                Vnode vnode = volume.vnode(request.fid());
                Access.requireFetchData(vnode, volume.directoryAt(""), host.caller);
                FileContents.Range range = DataTransfer.range(vnode, request.offsetBytes(), request.lengthBytes());
                return new Fetched(
                        range,
                        new FileServerReply.Status(
                                status(volume, vnode, host), promises.grant(host, volume.promised(request.fid())), volume.sync()));
            });
            try (FileContents.Range range = fetched.range()) {
                RxStream out = output.begin(range.lengthBytes());
                range.writeTo(out::write);
                work.fetched(range.lengthBytes());
            } catch (CellStoreException e) {
                throw ServedVolumes.failed(volumes.at(request.fid()), e);
            }
            return fetched.reply();
        });
    }

    @Override
    public FileServerReply.Changed storeData64(
            CallContext context, FileServerRequest.StoreData request, RxStream data) throws IOException {
        return serve(context, "StoreData64", request.fid(), (host, breaks) -> {
            long end = request.offsetBytes() + request.lengthBytes();
            if (end < 0 || end > FileContents.MOST_BYTES) {
                throw AbortCode.refusal(AbortCode.EFBIG);
            }
            FileContents.Incoming incoming = inVolume(request.fid(), volume -> {
                volume.requireWritable();
                return DataTransfer.writable(volume, request, host.caller).contents().incoming(request.offsetBytes());
            });
            try (incoming) {
                DataTransfer.receive(incoming, request.lengthBytes(), data);
                FileServerReply.Changed changed = store(request, incoming, host, breaks);
                work.stored(request.lengthBytes());
                return changed;
            } catch (CellStoreException e) {
                throw ServedVolumes.failed(volumes.at(request.fid()), e);
            }
        });
    }

    private FileServerReply.Changed store(
            FileServerRequest.StoreData request, FileContents.Incoming incoming, ClientHost host, PromiseTable.BreakBatch breaks)
            throws IOException {
        return changing(request.fid(), volume -> {
            Vnode vnode = DataTransfer.store(volume, request, incoming, host.caller);
            promises.take(request.fid(), host, breaks);
            return new FileServerReply.Changed(status(volume, vnode, host), volume.sync());
        });
    }

    @Override
    public FileServerReply.Changed storeStatus(CallContext context, FileServerRequest.Store request) throws IOException {
        return serve(context, "StoreStatus", request.fid(), (host, breaks) -> changing(request.fid(), volume -> {
            Vnode vnode = volume.vnode(request.fid());
            Access.requireStoreStatus(vnode, host.caller, request.status());
            vnode.set(request.status(), volume.nowSeconds(), vnode.clientModificationTime);
            promises.take(request.fid(), host, breaks);
            return new FileServerReply.Changed(status(volume, vnode, host), volume.sync());
        }));
    }

    private FileServerReply.Created create(
            CallContext context, String procedure, FileServerRequest.Create request, FileType type) throws IOException {
        return serve(context, procedure, request.directory(), (host, breaks) -> changingTo(NameChanges.isName(request.name()), request.directory(), volume -> {
            Vnode directory = volume.directory(request.directory());
            Vnode made = names.create(volume, directory, request.name(), type, new byte[0], request.status(), host, breaks);
            Fid fid = made.fid(volume.id());
            int rights = directory.rights(host.caller) | (type == FileType.FILE ? FetchStatus.RIGHT_ADMINISTER : 0);
            return new FileServerReply.Created(
                    fid, made.status(world.nanoTime(), rights), status(volume, directory, host), promises.grant(host, fid), volume.sync());
        }));
    }

    @Override
    public FileServerReply.Created createFile(CallContext context, FileServerRequest.Create request) throws IOException {
        return create(context, "CreateFile", request, FileType.FILE);
    }

    @Override
    public FileServerReply.Created makeDir(CallContext context, FileServerRequest.Create request) throws IOException {
        return create(context, "MakeDir", request, FileType.DIRECTORY);
    }

    @Override
    public FileServerReply.SymlinkCreated symlink(CallContext context, FileServerRequest.Symlink request)
            throws IOException {
        return serve(context, "Symlink", request.directory(), (host, breaks) -> changingTo(NameChanges.isName(request.name()), request.directory(), volume -> {
            Vnode directory = volume.directory(request.directory());
            StoreStatus status = request.status();
            if (status.sets(StoreStatus.SET_MODE) && (status.unixModeBits() & 0111) == 0) {
                Access.requireMountPoint(directory, host.caller);
            }
            byte[] target = NameCodec.encode(request.target());
            Vnode made = names.create(volume, directory, request.name(), FileType.SYMLINK, target, status, host, breaks);
            return new FileServerReply.SymlinkCreated(
                    made.fid(volume.id()),
                    made.status(world.nanoTime(), directory.rights(host.caller)),
                    status(volume, directory, host),
                    volume.sync());
        }));
    }

    @Override
    public FileServerReply.Linked link(CallContext context, FileServerRequest.Link request) throws IOException {
        return serve(context, "Link", request.directory(), (host, breaks) -> {
            if (request.directory().volumeId() != request.existing().volumeId()) {
                throw AbortCode.refusal(AbortCode.EXDEV);
            }
            return changingTo(NameChanges.isName(request.name()), request.directory(), volume -> {
                Vnode directory = volume.directory(request.directory());
                Vnode existing = names.link(volume, directory, request.name(), request.existing(), host, breaks);
                return new FileServerReply.Linked(
                        existing.status(world.nanoTime(), directory.rights(host.caller)), status(volume, directory, host), volume.sync());
            });
        });
    }

    @Override
    public FileServerReply.Changed removeFile(CallContext context, FileServerRequest.OfName request) throws IOException {
        return remove(context, "RemoveFile", request, false);
    }

    @Override
    public FileServerReply.Changed removeDir(CallContext context, FileServerRequest.OfName request) throws IOException {
        return remove(context, "RemoveDir", request, true);
    }

    private FileServerReply.Changed remove(
            CallContext context, String procedure, FileServerRequest.OfName request, boolean directories) throws IOException {
        return serve(context, procedure, request.directory(), (host, breaks) -> changing(request.directory(), volume -> {
            Vnode directory = volume.directory(request.directory());
            names.remove(volume, directory, request.name(), directories, host, breaks);
            return new FileServerReply.Changed(status(volume, directory, host), volume.sync());
        }));
    }

    @Override
    public FileServerReply.Renamed rename(CallContext context, FileServerRequest.Rename request) throws IOException {
        return serve(context, "Rename", request.oldDirectory(), (host, breaks) -> {
            requireSound(NameChanges.isName(request.newName()));
            if (request.oldDirectory().volumeId() != request.newDirectory().volumeId()) {
                throw AbortCode.refusal(AbortCode.EXDEV);
            }
            boolean ordinary = NameChanges.areOrdinary(request.oldName(), request.newName());
            return changingTo(ordinary, request.oldDirectory(), volume -> {
                NameChanges.requireDirectories(volume, request.oldDirectory(), request.newDirectory());
                Vnode from = volume.directory(request.oldDirectory());
                Vnode to = volume.directory(request.newDirectory());
                names.rename(volume, from, request.oldName(), to, request.newName(), host, breaks);
                return new FileServerReply.Renamed(status(volume, from, host), status(volume, to, host), volume.sync());
            });
        });
    }

    @Override
    public void giveUpCallBacks(CallContext context, FileServerRequest.GiveUpCallBacks request) {
        counters.count("GiveUpCallBacks");
        promises.giveUp(context.peer(), request.fids());
    }

    @Override
    public void giveUpAllCallBacks(CallContext context) {
        counters.count("GiveUpAllCallBacks");
        promises.giveUpAll(context.peer());
    }

    @Override
    public Capabilities getCapabilities(CallContext context) throws IOException {
        return serve(context, "GetCapabilities", null, (host, breaks) -> CAPABILITIES);
    }

    @Override
    public FileServerReply.Time getTime(CallContext context) throws IOException {
        return serve(context, "GetTime", null, (host, breaks) -> {
            Instant now = world.wallTime();
            return new FileServerReply.Time((int) now.getEpochSecond(), now.getNano() / 1000);
        });
    }

    @Override
    public FileServerReply.OfVolume getVolumeStatus(CallContext context, FileServerRequest.OfVolume request)
            throws IOException {
        return serve(context, "GetVolumeStatus", Fid.ofVolume(request.volumeId()), (host, breaks) -> inVolume(new Fid(request.volumeId(), 1, 1), volume ->
                new FileServerReply.OfVolume(volumes.status(volume), volume.name(), "", "")));
    }

    @Override
    public void setVolumeStatus(CallContext context, FileServerRequest.SetVolumeStatus request) throws IOException {
        serve(context, "SetVolumeStatus", Fid.ofVolume(request.volumeId()), (host, breaks) -> inVolume(new Fid(request.volumeId(), 1, 1), volume -> {
            Access.requireAdministrator(host.caller);
            volume.requireWritable();
            if ((request.mask() & FileServerRequest.SetVolumeStatus.MAXIMUM_QUOTA) != 0) {
                volume.setMaxBlocks(request.maximumQuotaBlocks());
            }
            return volume.sync();
        }));
    }

    @Override
    public FileServerReply.Statistics getStatistics64(CallContext context, FileServerRequest.OfStatistics request) throws IOException {
        return serve(context, "GetStatistics64", null, (host, breaks) -> work.statistics64(request.version()));
    }

    @Override
    public ServerStatistics getStatistics(CallContext context) throws IOException {
        return serve(context, "GetStatistics", null, (host, breaks) -> work.statistics());
    }

    // Tools that ask for these have no callback service, so they are not greeted.
    @Override
    public FileServerReply.Version extendedStatisticsVersion(CallContext context) {
        counters.count("XStatsVersion");
        return new FileServerReply.Version(FileServerReply.Version.EXTENDED_STATISTICS);
    }

    @Override
    public FileServerReply.ExtendedStatistics getExtendedStatistics(CallContext context, FileServerRequest.OfCollection request) throws IOException {
        counters.count("GetXStats");
        return work.extended(request.collection());
    }

    @Override
    public FileServerReply.RootVolume getRootVolume(CallContext context) throws IOException {
        counters.count("GetRootVolume");
        work.refused("GetRootVolume");
        throw AbortCode.refusal(AbortCode.NOT_SUPPORTED);
    }

    // Not a procedure that clients call: the translator to DFS alone served it.
    @Override
    public FileServerReply.Created lookup(CallContext context, FileServerRequest.OfName request) throws IOException {
        throw AbortCode.refusal(AbortCode.EINVAL);
    }

    /// Who is in which groups is looked up for each call, so there is nothing to flush.
    @Override
    public FileServerReply.Flushed flushCps(CallContext context, FileServerRequest.FlushCps request) throws IOException {
        counters.count("FlushCPS");
        if (!principals.caller(context.peer().getAddress()).isAdministrator()) {
            throw AbortCode.refusal(AbortCode.EPERM);
        }
        return new FileServerReply.Flushed(0, 0);
    }

    @Override
    public FileServerReply.Locked setLock(CallContext context, FileServerRequest.SetLock request) throws IOException {
        return serve(context, "SetLock", request.fid(), (host, breaks) -> {
            requireSound(FileLocks.canBeSet(request.type()));
            return inVolume(request.fid(), volume -> {
                FileLocks.set(volume, request.fid(), request.type(), host);
                return new FileServerReply.Locked(volume.sync());
            });
        });
    }

    @Override
    public FileServerReply.Locked extendLock(CallContext context, FileServerRequest.OfFid request) throws IOException {
        return serve(context, "ExtendLock", request.fid(), (host, breaks) -> inVolume(request.fid(), volume -> {
            FileLocks.extend(volume, request.fid());
            return new FileServerReply.Locked(volume.sync());
        }));
    }

    @Override
    public FileServerReply.Locked releaseLock(CallContext context, FileServerRequest.OfFid request) throws IOException {
        return serve(context, "ReleaseLock", request.fid(), (host, breaks) -> inVolume(request.fid(), volume -> {
            if (FileLocks.release(volume, request.fid())) {
                promises.take(request.fid(), host, breaks);
            }
            return new FileServerReply.Locked(volume.sync());
        }));
    }
}
