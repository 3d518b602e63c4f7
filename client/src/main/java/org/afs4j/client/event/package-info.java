/// What a client tells of itself to JFR, the recorder of the JDK: breaks, strips, revalidations, and servers that come and go. Each event
/// is off unless a recording asks for it, and costs a look at a flag then. Faults are told by the page cache, calls by Rx.
@NullMarked
package org.afs4j.client.event;

import org.jspecify.annotations.NullMarked;
