package org.afs4j.client;

import org.jspecify.annotations.Nullable;

/// What is in the way of a lock.
///
/// @param owner whose it is; null if another client's, of which nothing more is known
/// @param offsetBytes where it begins
/// @param lengthBytes its length; [Long#MAX_VALUE] if it has no end
/// @param shared whether it is shared
public record AfsLockConflict(@Nullable AfsLockOwner owner, long offsetBytes, long lengthBytes, boolean shared) {}
