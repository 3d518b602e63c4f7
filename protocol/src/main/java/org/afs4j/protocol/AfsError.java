package org.afs4j.protocol;

import java.util.HashMap;
import java.util.Map;

/// The errors that AFS servers and clients send as abort codes or in bulk replies.
///
/// Each has its name as the sources have it, its code, the family it belongs to, the [Errno] that callers of an
/// operating system are told, and the [Remedy] that a client tries first. Plain errnos are those of Linux, as far as
/// file servers on Linux send them to clients that do not ask for UAE codes; servers on other systems send their own
/// numbers, so that a client should ask. Where a code is both (101 to 120), it is taken as VICE's.
///
/// Source: OpenAFS src/util/errors.h, src/rx/rx.h, src/rxgen/rpc_errors.h, the .et files of vlserver, ptserver, volser,
/// rxkad, rxgk, ubik and afs.
public enum AfsError {
    // VICE: the file server: src/util/errors.h, src/fsint/afsint.xg
    VSALVAGE(Family.VICE, 101, Errno.EIO, Remedy.OTHER_SERVER, "volume needs salvage"),
    VNOVNODE(Family.VICE, 102, Errno.ENOENT, Remedy.FORGET_VNODE, "no such vnode"),
    VNOVOL(Family.VICE, 103, Errno.ENODEV, Remedy.REFRESH_LOCATION, "no such volume on this server"),
    VVOLEXISTS(Family.VICE, 104, Errno.EEXIST, Remedy.REPORT, "volume exists already"),
    VNOSERVICE(Family.VICE, 105, Errno.EIO, Remedy.OTHER_SERVER, "volume is not in service"),
    VOFFLINE(Family.VICE, 106, Errno.EIO, Remedy.OTHER_SERVER, "volume is off line"),
    VONLINE(Family.VICE, 107, Errno.EEXIST, Remedy.REPORT, "volume is on line already"),
    VDISKFULL(Family.VICE, 108, Errno.ENOSPC, Remedy.REPORT, "partition is full"),
    VOVERQUOTA(Family.VICE, 109, Errno.EDQUOT, Remedy.REPORT, "volume's quota exceeded"),
    VBUSY(Family.VICE, 110, Errno.EBUSY, Remedy.RETRY_LATER, "volume is busy"),
    VMOVED(Family.VICE, 111, Errno.ENXIO, Remedy.REFRESH_LOCATION, "volume has moved"),
    VIO(Family.VICE, 112, Errno.EIO, Remedy.OTHER_SERVER, "vnode cannot be read now"),
    VSALVAGING(Family.VICE, 113, Errno.EIO, Remedy.OTHER_SERVER, "volume is being salvaged"),
    VRESTRICTED(Family.VICE, 120, Errno.EACCES, Remedy.REPORT, "volume is restricted"),
    VRESTARTING(Family.VICE, -100, Errno.EBUSY, Remedy.RETRY_LATER, "server is restarting (also RX_RESTARTING)"),
    VICECONNBAD(Family.VICE, 1234, Errno.EIO, Remedy.RETRY_LATER, "connection is bad"),
    VICETOKENDEAD(Family.VICE, 1235, Errno.EKEYEXPIRED, Remedy.NEW_TOKEN, "token has expired"),
    // RX: Rx
    RX_CALL_DEAD(Family.RX, -1, Errno.ETIMEDOUT, Remedy.OTHER_SERVER, "peer is dead"),
    RX_INVALID_OPERATION(Family.RX, -2, Errno.EIO, Remedy.REPORT, "invalid operation on a call"),
    RX_CALL_TIMEOUT(Family.RX, -3, Errno.ETIMEDOUT, Remedy.OTHER_SERVER, "call took too long"),
    RX_EOF(Family.RX, -4, Errno.EIO, Remedy.REPORT, "end of data"),
    RX_PROTOCOL_ERROR(Family.RX, -5, Errno.EPROTO, Remedy.REPORT, "Rx protocol error"),
    RX_USER_ABORT(Family.RX, -6, Errno.EINTR, Remedy.REPORT, "call given up"),
    RX_ADDRINUSE(Family.RX, -7, Errno.EADDRINUSE, Remedy.REPORT, "port in use"),
    RX_MSGSIZE(Family.RX, -8, Errno.EMSGSIZE, Remedy.RETRY_LATER, "packet too big for the path"),
    // RXGEN: stubs and dispatchers
    RXGEN_CC_MARSHAL(Family.RXGEN, -450, Errno.EPROTO, Remedy.REPORT, "client could not write the request"),
    RXGEN_CC_UNMARSHAL(Family.RXGEN, -451, Errno.EPROTO, Remedy.REPORT, "client could not read the reply"),
    RXGEN_SS_MARSHAL(Family.RXGEN, -452, Errno.EPROTO, Remedy.REPORT, "server could not write the reply"),
    RXGEN_SS_UNMARSHAL(Family.RXGEN, -453, Errno.EPROTO, Remedy.REPORT, "server could not read the request"),
    RXGEN_DECODE(Family.RXGEN, -454, Errno.EPROTO, Remedy.REPORT, "server could not read the opcode"),
    RXGEN_OPCODE(Family.RXGEN, -455, Errno.EOPNOTSUPP, Remedy.FALL_BACK, "server does not know the procedure"),
    RXGEN_SS_XDRFREE(Family.RXGEN, -456, Errno.EIO, Remedy.REPORT, "server could not free the request"),
    RXGEN_CC_XDRFREE(Family.RXGEN, -457, Errno.EIO, Remedy.REPORT, "client could not free the reply"),
    // VL: the location server
    VL_IDEXIST(Family.VL, 363520, Errno.EEXIST, Remedy.REPORT, "volume id exists already"),
    VL_IO(Family.VL, 363521, Errno.EIO, Remedy.OTHER_SERVER, "location database cannot be read or written"),
    VL_NAMEEXIST(Family.VL, 363522, Errno.EEXIST, Remedy.REPORT, "volume name exists already"),
    VL_CREATEFAIL(Family.VL, 363523, Errno.EIO, Remedy.REPORT, "location entry cannot be created"),
    VL_NOENT(Family.VL, 363524, Errno.ENODEV, Remedy.REPORT, "no such volume in the cell"),
    VL_EMPTY(Family.VL, 363525, Errno.ENODEV, Remedy.OTHER_SERVER, "location database is empty"),
    VL_ENTDELETED(Family.VL, 363526, Errno.ENODEV, Remedy.REPORT, "location entry is deleted"),
    VL_BADNAME(Family.VL, 363527, Errno.EINVAL, Remedy.REPORT, "bad volume name"),
    VL_BADINDEX(Family.VL, 363528, Errno.EINVAL, Remedy.REPORT, "index out of range"),
    VL_BADVOLTYPE(Family.VL, 363529, Errno.EINVAL, Remedy.REPORT, "bad volume type"),
    VL_BADSERVER(Family.VL, 363530, Errno.EINVAL, Remedy.REPORT, "bad server number"),
    VL_BADPARTITION(Family.VL, 363531, Errno.EINVAL, Remedy.REPORT, "bad partition number"),
    VL_REPSFULL(Family.VL, 363532, Errno.ENOSPC, Remedy.REPORT, "no room for a further site"),
    VL_NOREPSERVER(Family.VL, 363533, Errno.ENOENT, Remedy.REPORT, "no such site"),
    VL_DUPREPSERVER(Family.VL, 363534, Errno.EEXIST, Remedy.REPORT, "site exists already"),
    VL_RWNOTFOUND(Family.VL, 363535, Errno.ENOENT, Remedy.REPORT, "read-write entry not found"),
    VL_BADREFCOUNT(Family.VL, 363536, Errno.EIO, Remedy.REPORT, "bad reference count"),
    VL_SIZEEXCEEDED(Family.VL, 363537, Errno.EOVERFLOW, Remedy.REPORT, "too much for one reply"),
    VL_BADENTRY(Family.VL, 363538, Errno.EINVAL, Remedy.REPORT, "bad location entry"),
    VL_BADVOLIDBUMP(Family.VL, 363539, Errno.EINVAL, Remedy.REPORT, "bad step of the highest volume id"),
    VL_IDALREADYHASHED(Family.VL, 363540, Errno.EEXIST, Remedy.REPORT, "read-only or backup id exists already"),
    VL_ENTRYLOCKED(Family.VL, 363541, Errno.EBUSY, Remedy.RETRY_LATER, "location entry is locked"),
    VL_BADVOLOPER(Family.VL, 363542, Errno.EINVAL, Remedy.REPORT, "bad volume operation"),
    VL_BADRELLOCKTYPE(Family.VL, 363543, Errno.EINVAL, Remedy.REPORT, "bad way to release a lock"),
    VL_RERELEASE(Family.VL, 363544, Errno.EIO, Remedy.REPORT, "last release was not finished"),
    VL_BADSERVERFLAG(Family.VL, 363545, Errno.EINVAL, Remedy.REPORT, "bad flag of a site"),
    VL_PERM(Family.VL, 363546, Errno.EACCES, Remedy.REPORT, "no permission at the location server"),
    VL_NOMEM(Family.VL, 363547, Errno.ENOMEM, Remedy.OTHER_SERVER, "location server is out of memory"),
    VL_BADVERSION(Family.VL, 363548, Errno.EIO, Remedy.OTHER_SERVER, "wrong version of the location database"),
    VL_INDEXERANGE(Family.VL, 363549, Errno.EINVAL, Remedy.REPORT, "index out of range"),
    VL_MULTIPADDR(Family.VL, 363550, Errno.EEXIST, Remedy.REPORT, "two servers have the same address"),
    VL_BADMASK(Family.VL, 363551, Errno.EINVAL, Remedy.REPORT, "bad mask of attributes"),
    VL_DBBAD(Family.VL, 363552, Errno.EIO, Remedy.OTHER_SERVER, "location database is inconsistent"),
    // PT: the protection server
    PREXIST(Family.PT, 267264, Errno.EEXIST, Remedy.REPORT, "name exists already"),
    PRIDEXIST(Family.PT, 267265, Errno.EEXIST, Remedy.REPORT, "id exists already"),
    PRNOIDS(Family.PT, 267266, Errno.ENOSPC, Remedy.REPORT, "no id to be had"),
    PRDBFAIL(Family.PT, 267267, Errno.EIO, Remedy.OTHER_SERVER, "protection database cannot be read or written"),
    PRNOENT(Family.PT, 267268, Errno.ENOENT, Remedy.REPORT, "no such user or group"),
    PRPERM(Family.PT, 267269, Errno.EACCES, Remedy.REPORT, "no permission at the protection server"),
    PRNOTGROUP(Family.PT, 267270, Errno.EINVAL, Remedy.REPORT, "not a group"),
    PRNOTUSER(Family.PT, 267271, Errno.EINVAL, Remedy.REPORT, "not a user"),
    PRBADNAM(Family.PT, 267272, Errno.EINVAL, Remedy.REPORT, "bad name of a user or group"),
    PRBADARG(Family.PT, 267273, Errno.EINVAL, Remedy.REPORT, "bad argument"),
    PRNOMORE(Family.PT, 267274, Errno.EDQUOT, Remedy.REPORT, "no further groups allowed"),
    PRDBBAD(Family.PT, 267275, Errno.EIO, Remedy.OTHER_SERVER, "protection database must be rebuilt"),
    PRGROUPEMPTY(Family.PT, 267276, Errno.EINVAL, Remedy.REPORT, "an empty group cannot own"),
    PRINCONSISTENT(Family.PT, 267277, Errno.EIO, Remedy.OTHER_SERVER, "protection database is inconsistent"),
    PRDBADDR(Family.PT, 267278, Errno.EIO, Remedy.OTHER_SERVER, "bad address in the protection database"),
    PRTOOMANY(Family.PT, 267279, Errno.E2BIG, Remedy.REPORT, "too many members"),
    PRNOMEM(Family.PT, 267280, Errno.ENOMEM, Remedy.OTHER_SERVER, "protection server is out of memory"),
    PRINTERNAL(Family.PT, 267281, Errno.EIO, Remedy.REPORT, "protection library failed"),
    PRNAMETOOLONG(Family.PT, 267282, Errno.ENAMETOOLONG, Remedy.REPORT, "name of a user or group too long"),
    // VOLSER: the volume server
    VOLSERTRELE_ERROR(Family.VOLSER, 1492325120, Errno.EIO, Remedy.REPORT, "transaction cannot be released"),
    VOLSERNO_OP(Family.VOLSER, 1492325121, Errno.EIO, Remedy.REPORT, "volume server failed"),
    VOLSERREAD_DUMPERROR(Family.VOLSER, 1492325122, Errno.EIO, Remedy.REPORT, "dump is malformed"),
    VOLSERDUMPERROR(Family.VOLSER, 1492325123, Errno.EIO, Remedy.REPORT, "dump cannot be written"),
    VOLSERATTACH_ERROR(Family.VOLSER, 1492325124, Errno.EIO, Remedy.REPORT, "volume cannot be attached"),
    VOLSERILLEGAL_PARTITION(Family.VOLSER, 1492325125, Errno.EINVAL, Remedy.REPORT, "bad partition"),
    VOLSERDETACH_ERROR(Family.VOLSER, 1492325126, Errno.EIO, Remedy.REPORT, "volume cannot be detached"),
    VOLSERBAD_ACCESS(Family.VOLSER, 1492325127, Errno.EACCES, Remedy.REPORT, "no permission at the volume server"),
    VOLSERVLDB_ERROR(Family.VOLSER, 1492325128, Errno.EIO, Remedy.REPORT, "location database failed"),
    VOLSERBADNAME(Family.VOLSER, 1492325129, Errno.EINVAL, Remedy.REPORT, "bad volume name"),
    VOLSERVOLMOVED(Family.VOLSER, 1492325130, Errno.ENXIO, Remedy.REFRESH_LOCATION, "volume has moved"),
    VOLSERBADOP(Family.VOLSER, 1492325131, Errno.EINVAL, Remedy.REPORT, "bad volume operation"),
    VOLSERBADRELEASE(Family.VOLSER, 1492325132, Errno.EIO, Remedy.REPORT, "release failed"),
    VOLSERVOLBUSY(Family.VOLSER, 1492325133, Errno.EBUSY, Remedy.RETRY_LATER, "volume is used by the volume server"),
    VOLSERNO_MEMORY(Family.VOLSER, 1492325134, Errno.ENOMEM, Remedy.REPORT, "volume server is out of memory"),
    VOLSERNOVOL(Family.VOLSER, 1492325135, Errno.ENODEV, Remedy.REFRESH_LOCATION, "no such volume on this server"),
    VOLSERMULTIRWVOL(Family.VOLSER, 1492325136, Errno.EEXIST, Remedy.REPORT, "more than one read-write volume"),
    VOLSERFAILEDOP(Family.VOLSER, 1492325137, Errno.EIO, Remedy.REPORT, "operation of the volume server failed"),
    // RXKAD: rxkad
    RXKADINCONSISTENCY(Family.RXKAD, 19270400, Errno.EIO, Remedy.REPORT, "security state is inconsistent"),
    RXKADPACKETSHORT(Family.RXKAD, 19270401, Errno.EPROTO, Remedy.REPORT, "challenge or response too short"),
    RXKADLEVELFAIL(Family.RXKAD, 19270402, Errno.EKEYREJECTED, Remedy.REPORT, "no level of security in common"),
    RXKADTICKETLEN(Family.RXKAD, 19270403, Errno.EKEYREJECTED, Remedy.NEW_TOKEN, "ticket too long or too short"),
    RXKADOUTOFSEQUENCE(Family.RXKAD, 19270404, Errno.EPROTO, Remedy.REPORT, "packet out of sequence"),
    RXKADNOAUTH(Family.RXKAD, 19270405, Errno.EACCES, Remedy.REPORT, "not authorised"),
    RXKADBADKEY(Family.RXKAD, 19270406, Errno.EKEYREJECTED, Remedy.NEW_TOKEN, "bad key"),
    RXKADBADTICKET(Family.RXKAD, 19270407, Errno.EKEYREJECTED, Remedy.NEW_TOKEN, "bad ticket"),
    RXKADUNKNOWNKEY(Family.RXKAD, 19270408, Errno.EKEYREJECTED, Remedy.NEW_TOKEN, "ticket's key is unknown to the server"),
    RXKADEXPIRED(Family.RXKAD, 19270409, Errno.EKEYEXPIRED, Remedy.NEW_TOKEN, "ticket has expired"),
    RXKADSEALEDINCON(Family.RXKAD, 19270410, Errno.EKEYREJECTED, Remedy.REPORT, "sealed data are inconsistent"),
    RXKADDATALEN(Family.RXKAD, 19270411, Errno.EPROTO, Remedy.REPORT, "data too long"),
    RXKADILLEGALLEVEL(Family.RXKAD, 19270412, Errno.EACCES, Remedy.REPORT, "encryption not allowed"),
    // RXGK: rxgk
    RXGK_INCONSISTENCY(Family.RXGK, 1233242880, Errno.EIO, Remedy.REPORT, "security state is inconsistent"),
    RXGK_PACKETSHORT(Family.RXGK, 1233242881, Errno.EPROTO, Remedy.REPORT, "challenge or response too short"),
    RXGK_BADCHALLENGE(Family.RXGK, 1233242882, Errno.EPROTO, Remedy.REPORT, "bad challenge"),
    RXGK_BADETYPE(Family.RXGK, 1233242883, Errno.EKEYREJECTED, Remedy.REPORT, "bad type of encryption"),
    RXGK_BADLEVEL(Family.RXGK, 1233242884, Errno.EKEYREJECTED, Remedy.REPORT, "bad level of security"),
    RXGK_BADKEYNO(Family.RXGK, 1233242885, Errno.EKEYREJECTED, Remedy.NEW_TOKEN, "key version not found"),
    RXGK_EXPIRED(Family.RXGK, 1233242886, Errno.EKEYEXPIRED, Remedy.NEW_TOKEN, "token has expired"),
    RXGK_NOTAUTH(Family.RXGK, 1233242887, Errno.EACCES, Remedy.REPORT, "not authorised"),
    RXGK_BAD_TOKEN(Family.RXGK, 1233242888, Errno.EKEYREJECTED, Remedy.NEW_TOKEN, "bad token"),
    RXGK_SEALED_INCON(Family.RXGK, 1233242889, Errno.EKEYREJECTED, Remedy.REPORT, "sealed data are inconsistent"),
    RXGK_DATA_LEN(Family.RXGK, 1233242890, Errno.EPROTO, Remedy.REPORT, "data too long"),
    RXGK_BAD_QOP(Family.RXGK, 1233242891, Errno.EKEYREJECTED, Remedy.REPORT, "quality of protection too low"),
    // UBIK: the database servers
    UNOQUORUM(Family.UBIK, 5376, Errno.EIO, Remedy.OTHER_SERVER, "no quorum of database servers"),
    UNOTSYNC(Family.UBIK, 5377, Errno.EIO, Remedy.OTHER_SERVER, "not the synchronisation site"),
    UNHOSTS(Family.UBIK, 5378, Errno.EIO, Remedy.REPORT, "too many database servers"),
    UIOERROR(Family.UBIK, 5379, Errno.EIO, Remedy.OTHER_SERVER, "database cannot be read or written"),
    UINTERNAL(Family.UBIK, 5380, Errno.EIO, Remedy.OTHER_SERVER, "database server failed"),
    USYNC(Family.UBIK, 5381, Errno.EIO, Remedy.OTHER_SERVER, "database servers out of step"),
    UNOENT(Family.UBIK, 5382, Errno.EIO, Remedy.REPORT, "database file not found"),
    UBADLOCK(Family.UBIK, 5383, Errno.EIO, Remedy.REPORT, "bad lock range"),
    UBADLOG(Family.UBIK, 5384, Errno.EIO, Remedy.OTHER_SERVER, "database log cannot be read"),
    UBADHOST(Family.UBIK, 5385, Errno.EIO, Remedy.REPORT, "bad host name"),
    UBADTYPE(Family.UBIK, 5386, Errno.EIO, Remedy.REPORT, "wrong kind of transaction"),
    UTWOENDS(Family.UBIK, 5387, Errno.EIO, Remedy.REPORT, "transaction ended twice"),
    UDONE(Family.UBIK, 5388, Errno.EIO, Remedy.OTHER_SERVER, "transaction is over"),
    UNOSERVERS(Family.UBIK, 5389, Errno.EIO, Remedy.OTHER_SERVER, "no database server is up"),
    UEOF(Family.UBIK, 5390, Errno.EIO, Remedy.OTHER_SERVER, "end of the database too early"),
    ULOGIO(Family.UBIK, 5391, Errno.EIO, Remedy.OTHER_SERVER, "database log cannot be written"),
    UBADFAM(Family.UBIK, 5392, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADCELL(Family.UBIK, 5393, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADSECGRP(Family.UBIK, 5394, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADGROUP(Family.UBIK, 5395, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADUUID(Family.UBIK, 5396, Errno.EIO, Remedy.REPORT, "database library failed"),
    UNOMEM(Family.UBIK, 5397, Errno.EIO, Remedy.REPORT, "database library failed"),
    UNOTMEMBER(Family.UBIK, 5398, Errno.EIO, Remedy.REPORT, "database library failed"),
    UNBINDINGS(Family.UBIK, 5399, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADPRINNAME(Family.UBIK, 5400, Errno.EIO, Remedy.REPORT, "database library failed"),
    UPIPE(Family.UBIK, 5401, Errno.EIO, Remedy.REPORT, "database library failed"),
    UDEADLOCK(Family.UBIK, 5402, Errno.EAGAIN, Remedy.RETRY_LATER, "database is locked elsewhere"),
    UEXCEPTION(Family.UBIK, 5403, Errno.EIO, Remedy.REPORT, "database library failed"),
    UTPQFAIL(Family.UBIK, 5404, Errno.EIO, Remedy.REPORT, "database library failed"),
    USKEWED(Family.UBIK, 5405, Errno.EIO, Remedy.REPORT, "database library failed"),
    UNOLOCK(Family.UBIK, 5406, Errno.EAGAIN, Remedy.RETRY_LATER, "database is locked elsewhere"),
    UNOACCESS(Family.UBIK, 5407, Errno.EIO, Remedy.REPORT, "database library failed"),
    UNOSPC(Family.UBIK, 5408, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADPATH(Family.UBIK, 5409, Errno.EIO, Remedy.REPORT, "database library failed"),
    UBADF(Family.UBIK, 5410, Errno.EIO, Remedy.REPORT, "database library failed"),
    UREINITIALIZE(Family.UBIK, 5411, Errno.EIO, Remedy.REPORT, "database library failed"),
    UMUTEXINIT(Family.UBIK, 5412, Errno.EIO, Remedy.REPORT, "database library failed"),
    UMUTEXDESTROY(Family.UBIK, 5413, Errno.EIO, Remedy.REPORT, "database library failed"),
    // UAE: errnos that are the same on all systems
    UAEPERM(Family.UAE, 49733376, Errno.EPERM),
    UAENOENT(Family.UAE, 49733377, Errno.ENOENT),
    UAESRCH(Family.UAE, 49733378, Errno.ESRCH),
    UAEINTR(Family.UAE, 49733379, Errno.EINTR),
    UAEIO(Family.UAE, 49733380, Errno.EIO),
    UAENXIO(Family.UAE, 49733381, Errno.ENXIO),
    UAE2BIG(Family.UAE, 49733382, Errno.E2BIG),
    UAENOEXEC(Family.UAE, 49733383, Errno.ENOEXEC),
    UAEBADF(Family.UAE, 49733384, Errno.EBADF),
    UAECHILD(Family.UAE, 49733385, Errno.ECHILD),
    UAEAGAIN(Family.UAE, 49733386, Errno.EAGAIN),
    UAENOMEM(Family.UAE, 49733387, Errno.ENOMEM),
    UAEACCES(Family.UAE, 49733388, Errno.EACCES),
    UAEFAULT(Family.UAE, 49733389, Errno.EFAULT),
    UAENOTBLK(Family.UAE, 49733390, Errno.ENOTBLK),
    UAEBUSY(Family.UAE, 49733391, Errno.EBUSY),
    UAEEXIST(Family.UAE, 49733392, Errno.EEXIST),
    UAEXDEV(Family.UAE, 49733393, Errno.EXDEV),
    UAENODEV(Family.UAE, 49733394, Errno.ENODEV),
    UAENOTDIR(Family.UAE, 49733395, Errno.ENOTDIR),
    UAEISDIR(Family.UAE, 49733396, Errno.EISDIR),
    UAEINVAL(Family.UAE, 49733397, Errno.EINVAL),
    UAENFILE(Family.UAE, 49733398, Errno.ENFILE),
    UAEMFILE(Family.UAE, 49733399, Errno.EMFILE),
    UAENOTTY(Family.UAE, 49733400, Errno.ENOTTY),
    UAETXTBSY(Family.UAE, 49733401, Errno.ETXTBSY),
    UAEFBIG(Family.UAE, 49733402, Errno.EFBIG),
    UAENOSPC(Family.UAE, 49733403, Errno.ENOSPC),
    UAESPIPE(Family.UAE, 49733404, Errno.ESPIPE),
    UAEROFS(Family.UAE, 49733405, Errno.EROFS),
    UAEMLINK(Family.UAE, 49733406, Errno.EMLINK),
    UAEPIPE(Family.UAE, 49733407, Errno.EPIPE),
    UAEDOM(Family.UAE, 49733408, Errno.EDOM),
    UAERANGE(Family.UAE, 49733409, Errno.ERANGE),
    UAEDEADLK(Family.UAE, 49733410, Errno.EDEADLK),
    UAENAMETOOLONG(Family.UAE, 49733411, Errno.ENAMETOOLONG),
    UAENOLCK(Family.UAE, 49733412, Errno.ENOLCK),
    UAENOSYS(Family.UAE, 49733413, Errno.ENOSYS),
    UAENOTEMPTY(Family.UAE, 49733414, Errno.ENOTEMPTY),
    UAELOOP(Family.UAE, 49733415, Errno.ELOOP),
    UAEWOULDBLOCK(Family.UAE, 49733416, Errno.EAGAIN),
    UAENOMSG(Family.UAE, 49733417, Errno.ENOMSG),
    UAEIDRM(Family.UAE, 49733418, Errno.EIDRM),
    UAECHRNG(Family.UAE, 49733419, Errno.ECHRNG),
    UAEL2NSYNC(Family.UAE, 49733420, Errno.EL2NSYNC),
    UAEL3HLT(Family.UAE, 49733421, Errno.EL3HLT),
    UAEL3RST(Family.UAE, 49733422, Errno.EL3RST),
    UAELNRNG(Family.UAE, 49733423, Errno.ELNRNG),
    UAEUNATCH(Family.UAE, 49733424, Errno.EUNATCH),
    UAENOCSI(Family.UAE, 49733425, Errno.ENOCSI),
    UAEL2HLT(Family.UAE, 49733426, Errno.EL2HLT),
    UAEBADE(Family.UAE, 49733427, Errno.EBADE),
    UAEBADR(Family.UAE, 49733428, Errno.EBADR),
    UAEXFULL(Family.UAE, 49733429, Errno.EXFULL),
    UAENOANO(Family.UAE, 49733430, Errno.ENOANO),
    UAEBADRQC(Family.UAE, 49733431, Errno.EBADRQC),
    UAEBADSLT(Family.UAE, 49733432, Errno.EBADSLT),
    UAEBFONT(Family.UAE, 49733433, Errno.EBFONT),
    UAENOSTR(Family.UAE, 49733434, Errno.ENOSTR),
    UAENODATA(Family.UAE, 49733435, Errno.ENODATA),
    UAETIME(Family.UAE, 49733436, Errno.ETIME),
    UAENOSR(Family.UAE, 49733437, Errno.ENOSR),
    UAENONET(Family.UAE, 49733438, Errno.ENONET),
    UAENOPKG(Family.UAE, 49733439, Errno.ENOPKG),
    UAEREMOTE(Family.UAE, 49733440, Errno.EREMOTE),
    UAENOLINK(Family.UAE, 49733441, Errno.ENOLINK),
    UAEADV(Family.UAE, 49733442, Errno.EADV),
    UAESRMNT(Family.UAE, 49733443, Errno.ESRMNT),
    UAECOMM(Family.UAE, 49733444, Errno.ECOMM),
    UAEPROTO(Family.UAE, 49733445, Errno.EPROTO),
    UAEMULTIHOP(Family.UAE, 49733446, Errno.EMULTIHOP),
    UAEDOTDOT(Family.UAE, 49733447, Errno.EDOTDOT),
    UAEBADMSG(Family.UAE, 49733448, Errno.EBADMSG),
    UAEOVERFLOW(Family.UAE, 49733449, Errno.EOVERFLOW),
    UAENOTUNIQ(Family.UAE, 49733450, Errno.ENOTUNIQ),
    UAEBADFD(Family.UAE, 49733451, Errno.EBADFD),
    UAEREMCHG(Family.UAE, 49733452, Errno.EREMCHG),
    UAELIBACC(Family.UAE, 49733453, Errno.ELIBACC),
    UAELIBBAD(Family.UAE, 49733454, Errno.ELIBBAD),
    UAELIBSCN(Family.UAE, 49733455, Errno.ELIBSCN),
    UAELIBMAX(Family.UAE, 49733456, Errno.ELIBMAX),
    UAELIBEXEC(Family.UAE, 49733457, Errno.ELIBEXEC),
    UAEILSEQ(Family.UAE, 49733458, Errno.EILSEQ),
    UAERESTART(Family.UAE, 49733459, Errno.ERESTART),
    UAESTRPIPE(Family.UAE, 49733460, Errno.ESTRPIPE),
    UAEUSERS(Family.UAE, 49733461, Errno.EUSERS),
    UAENOTSOCK(Family.UAE, 49733462, Errno.ENOTSOCK),
    UAEDESTADDRREQ(Family.UAE, 49733463, Errno.EDESTADDRREQ),
    UAEMSGSIZE(Family.UAE, 49733464, Errno.EMSGSIZE),
    UAEPROTOTYPE(Family.UAE, 49733465, Errno.EPROTOTYPE),
    UAENOPROTOOPT(Family.UAE, 49733466, Errno.ENOPROTOOPT),
    UAEPROTONOSUPPORT(Family.UAE, 49733467, Errno.EPROTONOSUPPORT),
    UAESOCKTNOSUPPORT(Family.UAE, 49733468, Errno.ESOCKTNOSUPPORT),
    UAEOPNOTSUPP(Family.UAE, 49733469, Errno.EOPNOTSUPP),
    UAEPFNOSUPPORT(Family.UAE, 49733470, Errno.EPFNOSUPPORT),
    UAEAFNOSUPPORT(Family.UAE, 49733471, Errno.EAFNOSUPPORT),
    UAEADDRINUSE(Family.UAE, 49733472, Errno.EADDRINUSE),
    UAEADDRNOTAVAIL(Family.UAE, 49733473, Errno.EADDRNOTAVAIL),
    UAENETDOWN(Family.UAE, 49733474, Errno.ENETDOWN),
    UAENETUNREACH(Family.UAE, 49733475, Errno.ENETUNREACH),
    UAENETRESET(Family.UAE, 49733476, Errno.ENETRESET),
    UAECONNABORTED(Family.UAE, 49733477, Errno.ECONNABORTED),
    UAECONNRESET(Family.UAE, 49733478, Errno.ECONNRESET),
    UAENOBUFS(Family.UAE, 49733479, Errno.ENOBUFS),
    UAEISCONN(Family.UAE, 49733480, Errno.EISCONN),
    UAENOTCONN(Family.UAE, 49733481, Errno.ENOTCONN),
    UAESHUTDOWN(Family.UAE, 49733482, Errno.ESHUTDOWN),
    UAETOOMANYREFS(Family.UAE, 49733483, Errno.ETOOMANYREFS),
    UAETIMEDOUT(Family.UAE, 49733484, Errno.ETIMEDOUT),
    UAECONNREFUSED(Family.UAE, 49733485, Errno.ECONNREFUSED),
    UAEHOSTDOWN(Family.UAE, 49733486, Errno.EHOSTDOWN),
    UAEHOSTUNREACH(Family.UAE, 49733487, Errno.EHOSTUNREACH),
    UAEALREADY(Family.UAE, 49733488, Errno.EALREADY),
    UAEINPROGRESS(Family.UAE, 49733489, Errno.EINPROGRESS),
    UAESTALE(Family.UAE, 49733490, Errno.ESTALE),
    UAEUCLEAN(Family.UAE, 49733491, Errno.EUCLEAN),
    UAENOTNAM(Family.UAE, 49733492, Errno.ENOTNAM),
    UAENAVAIL(Family.UAE, 49733493, Errno.ENAVAIL),
    UAEISNAM(Family.UAE, 49733494, Errno.EISNAM),
    UAEREMOTEIO(Family.UAE, 49733495, Errno.EREMOTEIO),
    UAEDQUOT(Family.UAE, 49733496, Errno.EDQUOT),
    UAENOMEDIUM(Family.UAE, 49733497, Errno.ENOMEDIUM),
    UAEMEDIUMTYPE(Family.UAE, 49733498, Errno.EMEDIUMTYPE),
    UAECANCELED(Family.UAE, 49733499, Errno.ECANCELED),
    UAENOTRECOVERABLE(Family.UAE, 49733500, Errno.ENOTRECOVERABLE),
    UAENOTSUP(Family.UAE, 49733501, Errno.EOPNOTSUPP),
    UAEOTHER(Family.UAE, 49733502, Errno.EIO),
    UAEOWNERDEAD(Family.UAE, 49733503, Errno.EOWNERDEAD),
    UAEPROCLIM(Family.UAE, 49733504, Errno.EAGAIN),
    UAEDISCON(Family.UAE, 49733505, Errno.ESHUTDOWN),
    // ERRNO: errnos of Linux
    EPERM(Family.ERRNO, 1, Errno.EPERM),
    ENOENT(Family.ERRNO, 2, Errno.ENOENT),
    ESRCH(Family.ERRNO, 3, Errno.ESRCH),
    EINTR(Family.ERRNO, 4, Errno.EINTR),
    EIO(Family.ERRNO, 5, Errno.EIO),
    ENXIO(Family.ERRNO, 6, Errno.ENXIO),
    E2BIG(Family.ERRNO, 7, Errno.E2BIG),
    ENOEXEC(Family.ERRNO, 8, Errno.ENOEXEC),
    EBADF(Family.ERRNO, 9, Errno.EBADF),
    ECHILD(Family.ERRNO, 10, Errno.ECHILD),
    EAGAIN(Family.ERRNO, 11, Errno.EAGAIN),
    ENOMEM(Family.ERRNO, 12, Errno.ENOMEM),
    EACCES(Family.ERRNO, 13, Errno.EACCES),
    EFAULT(Family.ERRNO, 14, Errno.EFAULT),
    ENOTBLK(Family.ERRNO, 15, Errno.ENOTBLK),
    EBUSY(Family.ERRNO, 16, Errno.EBUSY),
    EEXIST(Family.ERRNO, 17, Errno.EEXIST),
    EXDEV(Family.ERRNO, 18, Errno.EXDEV),
    ENODEV(Family.ERRNO, 19, Errno.ENODEV),
    ENOTDIR(Family.ERRNO, 20, Errno.ENOTDIR),
    EISDIR(Family.ERRNO, 21, Errno.EISDIR),
    EINVAL(Family.ERRNO, 22, Errno.EINVAL),
    ENFILE(Family.ERRNO, 23, Errno.ENFILE),
    EMFILE(Family.ERRNO, 24, Errno.EMFILE),
    ENOTTY(Family.ERRNO, 25, Errno.ENOTTY),
    ETXTBSY(Family.ERRNO, 26, Errno.ETXTBSY),
    EFBIG(Family.ERRNO, 27, Errno.EFBIG),
    ENOSPC(Family.ERRNO, 28, Errno.ENOSPC),
    ESPIPE(Family.ERRNO, 29, Errno.ESPIPE),
    EROFS(Family.ERRNO, 30, Errno.EROFS),
    EMLINK(Family.ERRNO, 31, Errno.EMLINK),
    EPIPE(Family.ERRNO, 32, Errno.EPIPE),
    EDOM(Family.ERRNO, 33, Errno.EDOM),
    ERANGE(Family.ERRNO, 34, Errno.ERANGE),
    EDEADLK(Family.ERRNO, 35, Errno.EDEADLK),
    ENAMETOOLONG(Family.ERRNO, 36, Errno.ENAMETOOLONG),
    ENOLCK(Family.ERRNO, 37, Errno.ENOLCK),
    ENOSYS(Family.ERRNO, 38, Errno.ENOSYS),
    ENOTEMPTY(Family.ERRNO, 39, Errno.ENOTEMPTY),
    ELOOP(Family.ERRNO, 40, Errno.ELOOP),
    EPROTO(Family.ERRNO, 71, Errno.EPROTO),
    EOVERFLOW(Family.ERRNO, 75, Errno.EOVERFLOW),
    EOPNOTSUPP(Family.ERRNO, 95, Errno.EOPNOTSUPP),
    EDQUOT(Family.ERRNO, 122, Errno.EDQUOT),
    /// Any code that the table does not have; whoever asked has the code.
    UNKNOWN(Family.NONE, 0, Errno.EIO, Remedy.REPORT, "unknown error");

    private static final Map<Integer, AfsError> BY_CODE = new HashMap<>();

    static {
        for (AfsError error : values()) {
            if (error != UNKNOWN) {
                BY_CODE.put(error.code, error);
            }
        }
    }

    private final Family family;
    private final int code;
    private final Errno errno;
    private final Remedy remedy;
    private final String meaning;

    AfsError(Family family, int code, Errno errno, Remedy remedy, String meaning) {
        this.family = family;
        this.code = code;
        this.errno = errno;
        this.remedy = remedy;
        this.meaning = meaning;
    }

    AfsError(Family family, int code, Errno errno) {
        this(family, code, errno, Remedy.REPORT, errno.meaning());
    }

    /// Where an error comes from.
    public enum Family {
        /// File servers.
        VICE,
        /// Rx itself.
        RX,
        /// What reads and writes requests and replies.
        RXGEN,
        /// Volume location servers.
        VL,
        /// Protection servers.
        PT,
        /// Volume servers.
        VOLSER,
        /// The security class rxkad.
        RXKAD,
        /// The security class rxgk.
        RXGK,
        /// Database servers.
        UBIK,
        /// Errnos under numbers that are the same on all systems.
        UAE,
        /// Errnos of Linux.
        ERRNO,
        /// None: the code is unknown.
        NONE
    }

    /// What a client does about an error before it tells its user.
    public enum Remedy {
        /// Nothing: the user is told.
        REPORT,
        /// Ask the same server again after a while.
        RETRY_LATER,
        /// Ask another server that has the volume, or the database, and this one again after a while.
        OTHER_SERVER,
        /// Ask the location server where the volume is now.
        REFRESH_LOCATION,
        /// Drop what is cached of the vnode: it is gone.
        FORGET_VNODE,
        /// Take the older procedure that does the same.
        FALL_BACK,
        /// Get a new token; without one, go on as nobody.
        NEW_TOKEN
    }

    /// The error of a code; [#UNKNOWN] if the table does not have it.
    ///
    /// @param code an abort code, or an error code of a bulk reply
    public static AfsError ofCode(int code) {
        return BY_CODE.getOrDefault(code, UNKNOWN);
    }

    /// A code with its name, such as `VNOVNODE (102)`.
    ///
    /// @param code any code
    public static String describe(int code) {
        return ofCode(code).name() + " (" + code + ')';
    }

    /// Where it comes from.
    public Family family() {
        return family;
    }

    /// The number on the wire; 0 for [#UNKNOWN].
    public int code() {
        return code;
    }

    /// What callers of an operating system are told.
    public Errno errno() {
        return errno;
    }

    /// What a client does about it first.
    public Remedy remedy() {
        return remedy;
    }

    /// What it says, in a few words without capital or full stop.
    public String meaning() {
        return meaning;
    }
}
