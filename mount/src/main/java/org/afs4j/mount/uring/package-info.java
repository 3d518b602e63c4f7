/// Requests by io_uring: the kernel's queues, one for each processor, and who serves them.
@NullMarked
package org.afs4j.mount.uring;

import org.jspecify.annotations.NullMarked;
