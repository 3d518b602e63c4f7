/// The protection service: users, groups, and who belongs to what.
@NullMarked
package org.afs4j.protocol.pt;

import org.jspecify.annotations.NullMarked;
