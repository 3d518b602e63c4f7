/// How a procedure is called and served, the same for every service.
@NullMarked
package org.afs4j.protocol.call;

import org.jspecify.annotations.NullMarked;
