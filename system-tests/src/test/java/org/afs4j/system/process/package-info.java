/// Other programs run by tests, with a bound on how long.
@NullMarked
package org.afs4j.system.process;

import org.jspecify.annotations.NullMarked;
