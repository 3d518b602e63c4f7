/// What all AFS services share.
@NullMarked
package org.afs4j.protocol;

import org.jspecify.annotations.NullMarked;
