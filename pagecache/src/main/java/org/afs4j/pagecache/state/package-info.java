/// The states of pages, the account of their memory, and the invalidate lock under which they change. Knows nothing of backings.
@NullMarked
package org.afs4j.pagecache.state;

import org.jspecify.annotations.NullMarked;
