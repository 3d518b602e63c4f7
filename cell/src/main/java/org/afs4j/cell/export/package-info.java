/// Directories of the host served as volumes: [HostExport] is the way in.
@NullMarked
package org.afs4j.cell.export;

import org.jspecify.annotations.NullMarked;
