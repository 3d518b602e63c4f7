/// The host's side of a mount: made, found, and taken away.
@NullMarked
package org.afs4j.mount.host;

import org.jspecify.annotations.NullMarked;
