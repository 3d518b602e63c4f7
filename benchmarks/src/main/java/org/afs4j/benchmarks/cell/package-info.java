/// The embedded cell as a server: what `benchmarks/cell` starts.
@NullMarked
package org.afs4j.benchmarks.cell;

import org.jspecify.annotations.NullMarked;
