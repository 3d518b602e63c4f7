/// What holds the volumes of an embedded cell: in memory, on a directory, or on a simulated disk.
@NullMarked
package org.afs4j.cell.store;

import org.jspecify.annotations.NullMarked;
