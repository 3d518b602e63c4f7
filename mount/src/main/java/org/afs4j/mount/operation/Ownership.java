package org.afs4j.mount.operation;

/// Whose files are shown to be.
///
/// AFS decides by its own rights who may do what, whatever user id asks; its owners are ids of its own. So everything is shown to be
/// of one user and group, normally those who mounted: programs that look at owners find what they expect.
///
/// @param userId the user
/// @param groupId the group
public record Ownership(int userId, int groupId) {}
