/// Rx between two processes: the two ends that `benchmarks/rx` starts.
@NullMarked
package org.afs4j.benchmarks.rx;

import org.jspecify.annotations.NullMarked;
