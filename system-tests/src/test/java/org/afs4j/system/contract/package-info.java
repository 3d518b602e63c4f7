/// What the client promises, tested alike on every kind of cell.
@NullMarked
package org.afs4j.system.contract;

import org.jspecify.annotations.NullMarked;
