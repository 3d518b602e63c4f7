package org.afs4j.cell.administration;

import java.util.Set;

/// Who calls: a user, with the groups that he is in.
///
/// @param id the user's id
/// @param names the user's name and those of his groups, as access lists have them
public record Caller(int id, Set<String> names) {
    /// The id of who is nobody in particular.
    public static final int ANONYMOUS_ID = 32766;

    /// Everyone of whom nobody has said who he is.
    public static final Caller ANONYMOUS = new Caller(ANONYMOUS_ID, Set.of(Principals.ANY_USER, Principals.ANONYMOUS));

    /// Whether the user is in `system:administrators`.
    public boolean isAdministrator() {
        return names.contains(Principals.ADMINISTRATORS);
    }
}
