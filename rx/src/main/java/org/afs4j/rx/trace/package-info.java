/// What passes, made readable: packets as text and as pcap files, calls as JFR events.
@NullMarked
package org.afs4j.rx.trace;

import org.jspecify.annotations.NullMarked;
