/// What clients wrote, stored and read, and whether every read may have seen what it saw.
@NullMarked
package org.afs4j.simulation.history;

import org.jspecify.annotations.NullMarked;
