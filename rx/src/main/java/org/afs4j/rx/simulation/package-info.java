/// A datagram network inside one process that loses, duplicates, reorders and delays by a seed.
@NullMarked
package org.afs4j.rx.simulation;

import org.jspecify.annotations.NullMarked;
