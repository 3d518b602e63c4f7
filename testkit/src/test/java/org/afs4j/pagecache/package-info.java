/// What tests need of the page cache that nobody else may use.
@NullMarked
package org.afs4j.pagecache;

import org.jspecify.annotations.NullMarked;
