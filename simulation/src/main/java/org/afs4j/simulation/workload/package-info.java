/// What simulated users do: random reads, writes, mappings and changes of names, each told to a history.
@NullMarked
package org.afs4j.simulation.workload;

import org.jspecify.annotations.NullMarked;
