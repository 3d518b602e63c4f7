/// The system calls that the mount needs and the JDK lacks, by FFM.
@NullMarked
package org.afs4j.mount.ffi;

import org.jspecify.annotations.NullMarked;
