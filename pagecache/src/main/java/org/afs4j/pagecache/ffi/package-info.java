/// The system calls that the frame store needs and the JDK lacks.
@NullMarked
package org.afs4j.pagecache.ffi;

import org.jspecify.annotations.NullMarked;
