/// The volume location service's procedures: where a volume's sites are.
@NullMarked
package org.afs4j.protocol.vl;

import org.jspecify.annotations.NullMarked;
