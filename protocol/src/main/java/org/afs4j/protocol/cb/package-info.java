/// The callback service's procedures: what a file server asks of a client.
@NullMarked
package org.afs4j.protocol.cb;

import org.jspecify.annotations.NullMarked;
