/// What a client tells of itself: its state at one moment.
@NullMarked
package org.afs4j.client.status;

import org.jspecify.annotations.NullMarked;
