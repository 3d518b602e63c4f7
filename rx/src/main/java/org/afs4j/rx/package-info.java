/// Calls by Rx: an endpoint on one datagram port makes connections, and calls on them, and serves the calls of others.
@NullMarked
package org.afs4j.rx;

import org.jspecify.annotations.NullMarked;
