/// What a component takes from outside itself: time, timers, randomness and threads.
@NullMarked
package org.afs4j.base.world;

import org.jspecify.annotations.NullMarked;
