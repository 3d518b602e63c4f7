package org.afs4j.client.cache;

import org.afs4j.client.callback.Promise;
import org.afs4j.protocol.fs.FetchStatus;
import org.jspecify.annotations.Nullable;

/// What is known of a vnode at one moment; never half updated (CB-7), because it is replaced as a whole.
///
/// @param status its status
/// @param snapshot the volume's snapshot that the status belongs to (CB-10)
/// @param promise the promise that came last, or null; it holds as long as its note stands
/// @param toldNanos when the status was told: what is asked later is answered by no older one
/// @param changedNanos when our last change of the vnode was answered: what was asked earlier may tell of before it
record VnodeState(FetchStatus status, long snapshot, @Nullable Promise promise, long toldNanos, long changedNanos) {}
