/// How Rx uses simulated links: a table by one command, and what it must not fall below.
@NullMarked
package org.afs4j.rx.links;

import org.jspecify.annotations.NullMarked;
