/// The afs4j side of the side-by-side script: a client that does timed work as it is told, line by line.
@NullMarked
package org.afs4j.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
