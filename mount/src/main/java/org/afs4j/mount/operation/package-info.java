/// What each request does: the kernel's operations on nodes, carried out on AFS.
@NullMarked
package org.afs4j.mount.operation;

import org.jspecify.annotations.NullMarked;
