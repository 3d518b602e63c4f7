/// What administrators look at: users and groups, and the volumes of a server; with the servers that tell of them.
@NullMarked
package org.afs4j.cell.administration;

import org.jspecify.annotations.NullMarked;
