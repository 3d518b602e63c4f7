/// What a client has done and seen, counted.
@NullMarked
package org.afs4j.client.counter;

import org.jspecify.annotations.NullMarked;
