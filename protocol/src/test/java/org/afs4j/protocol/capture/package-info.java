/// What real clients and servers sent, as recorded packets.
@NullMarked
package org.afs4j.protocol.capture;

import org.jspecify.annotations.NullMarked;
