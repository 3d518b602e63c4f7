/// AFS as a file system of the host.
@NullMarked
package org.afs4j.mount;

import org.jspecify.annotations.NullMarked;
