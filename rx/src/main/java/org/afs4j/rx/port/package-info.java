/// Where datagrams come from and go to.
@NullMarked
package org.afs4j.rx.port;

import org.jspecify.annotations.NullMarked;
