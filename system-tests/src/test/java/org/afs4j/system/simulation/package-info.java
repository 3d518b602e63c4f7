/// Clients, cell and network in one process, from one seed.
@NullMarked
package org.afs4j.system.simulation;

import org.jspecify.annotations.NullMarked;
