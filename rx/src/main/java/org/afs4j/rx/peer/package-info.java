/// Who an endpoint has to do with, and what each peer may cost it.
@NullMarked
package org.afs4j.rx.peer;

import org.jspecify.annotations.NullMarked;
