/// What the page cache throws where something cannot be done.
@NullMarked
package org.afs4j.pagecache.error;

import org.jspecify.annotations.NullMarked;
