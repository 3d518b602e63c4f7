/// The embedded cell: [AfsCell] is the way in.
@NullMarked
package org.afs4j.cell;

import org.jspecify.annotations.NullMarked;
