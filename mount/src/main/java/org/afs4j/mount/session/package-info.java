/// One mount's conversation with the kernel: who reads requests, who answers them and by when, and who tells the kernel what it
/// must not believe any longer.
@NullMarked
package org.afs4j.mount.session;

import org.jspecify.annotations.NullMarked;
