/// Backings of page cache mappings for tests, and what must hold after each test.
@NullMarked
package org.afs4j.testkit.pagecache;

import org.jspecify.annotations.NullMarked;
