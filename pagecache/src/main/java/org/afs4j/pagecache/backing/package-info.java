/// Where pages come from and go to: what the user of a page cache implements.
@NullMarked
package org.afs4j.pagecache.backing;

import org.jspecify.annotations.NullMarked;
