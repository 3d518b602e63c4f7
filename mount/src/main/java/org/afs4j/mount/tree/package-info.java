/// What the kernel knows of the file system: its nodes, their numbers, and what it has open.
@NullMarked
package org.afs4j.mount.tree;

import org.jspecify.annotations.NullMarked;
