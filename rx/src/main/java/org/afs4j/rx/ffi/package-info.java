/// The system calls on UDP sockets that the JDK lacks: many datagrams in one call, segmentation and coalescing by the kernel.
@NullMarked
package org.afs4j.rx.ffi;

import org.jspecify.annotations.NullMarked;
