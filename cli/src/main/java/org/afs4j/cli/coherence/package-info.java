/// The commands that show coherence: watch a mapped file, change one, both at once, and a cell to do it in.
@NullMarked
package org.afs4j.cli.coherence;

import org.jspecify.annotations.NullMarked;
