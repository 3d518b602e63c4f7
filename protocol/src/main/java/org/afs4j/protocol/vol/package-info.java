/// The volume server, as far as those ask it who look at volumes.
@NullMarked
package org.afs4j.protocol.vol;

import org.jspecify.annotations.NullMarked;
