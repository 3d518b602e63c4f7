/// Coherence under faults: plans that follow from seeds, their runs, and the shortest plan that still fails.
@NullMarked
package org.afs4j.simulation;

import org.jspecify.annotations.NullMarked;
