/// Whole runs of Rx under faults that a seed chooses.
@NullMarked
package org.afs4j.rx.swarm;

import org.jspecify.annotations.NullMarked;
