/// `afs serve --data` as a process that is killed, and what it serves again.
@NullMarked
package org.afs4j.system.storage;

import org.jspecify.annotations.NullMarked;
