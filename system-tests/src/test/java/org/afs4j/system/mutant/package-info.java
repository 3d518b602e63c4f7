/// Mutants: faults planted one at a time, each with the test that has to find it.
@NullMarked
package org.afs4j.system.mutant;

import org.jspecify.annotations.NullMarked;
