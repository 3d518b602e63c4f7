/// The page cache.
@NullMarked
package org.afs4j.pagecache;

import org.jspecify.annotations.NullMarked;
