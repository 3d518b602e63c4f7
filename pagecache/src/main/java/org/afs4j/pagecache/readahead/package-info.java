/// Readahead: what a stream of accesses will want next, and the fills that bring it in before.
@NullMarked
package org.afs4j.pagecache.readahead;

import org.jspecify.annotations.NullMarked;
