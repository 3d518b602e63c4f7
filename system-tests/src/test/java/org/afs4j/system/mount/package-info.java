/// Mounts as programs of the host see them. The test's JVM never touches a mount: each is served by a child process and used by
/// others, and every one of them is bounded in time.
@NullMarked
package org.afs4j.system.mount;

import org.jspecify.annotations.NullMarked;
