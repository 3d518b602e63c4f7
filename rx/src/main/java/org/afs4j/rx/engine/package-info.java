/// The state machines of Rx: endpoint, connections, channels, calls, and their queues.
@NullMarked
package org.afs4j.rx.engine;

import org.jspecify.annotations.NullMarked;
