/// File locks: byte ranges of many owners here, one whole-file lock for all of them at the file server.
///
/// A file server knows whole-file locks only, shared or exclusive, without owners, and forgets them after five minutes. So a client
/// holds one server lock for all of a file's local locks, as strong as the strongest; prolongs it at half its life; and gives it up,
/// after it has written back what is dirty, when the last local lock goes.
///
/// | event | what is done |
/// |---|---|
/// | a local lock is wanted and the server lock is strong enough | granted here, no call |
/// | it is not strong enough | `SetLock`; from shared to exclusive `ReleaseLock` first, for the protocol has no exchange |
/// | `SetLock` is refused | wait for a break of the vnode (CB-8), or for the poll: a lock that runs out breaks nothing |
/// | the last local lock goes | write back, `ReleaseLock`: the server breaks the promises of those who wait |
/// | half its life is over, or the server may have forgotten it | `ExtendLock`; if the server has none, `SetLock`: reclaimed if the data version still stands, lost otherwise |
/// | it is lost | its local locks are gone, and each of their owners is told by its next use |
@NullMarked
package org.afs4j.client.lock;

import org.jspecify.annotations.NullMarked;
