/// How fast a sender may be, and what it takes for lost: congestion window, pace, round trip time, loss detection, path MTU.
/// Arithmetic only: no packets, no timers, no locks of its own.
@NullMarked
package org.afs4j.rx.flow;

import org.jspecify.annotations.NullMarked;
