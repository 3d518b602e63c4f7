/// What views of a file can reach between two strips.
@NullMarked
package org.afs4j.pagecache.mapped;

import org.jspecify.annotations.NullMarked;
