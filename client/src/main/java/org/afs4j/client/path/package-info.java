/// From paths to vnodes: mount points, symlinks, cells.
@NullMarked
package org.afs4j.client.path;

import org.jspecify.annotations.NullMarked;
