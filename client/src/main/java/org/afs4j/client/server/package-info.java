/// File servers: their addresses, connections, mass-break counters, and the probes that keep watch on them.
@NullMarked
package org.afs4j.client.server;

import org.jspecify.annotations.NullMarked;
