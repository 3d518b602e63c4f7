/// A world in which time, threads and chance follow from one seed.
@NullMarked
package org.afs4j.base.simulation;

import org.jspecify.annotations.NullMarked;
