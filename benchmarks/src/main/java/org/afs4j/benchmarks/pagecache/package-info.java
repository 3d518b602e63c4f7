/// Long runs of the page cache by itself.
@NullMarked
package org.afs4j.benchmarks.pagecache;

import org.jspecify.annotations.NullMarked;
