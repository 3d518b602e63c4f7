/// XDR: the words that all procedures are made of, read and written within bounds.
@NullMarked
package org.afs4j.protocol.xdr;

import org.jspecify.annotations.NullMarked;
