/// Locks whose order is checked by the machine: every lock has a rank, and under `-ea` a thread may take only locks that
/// rank after those that it holds.
@NullMarked
package org.afs4j.base.lock;

import org.jspecify.annotations.NullMarked;
