/// The page cache against arrays: scripts of random operations by several threads, replayed from their seeds and shrunk when they fail.
@NullMarked
package org.afs4j.testkit.pagecache.model;

import org.jspecify.annotations.NullMarked;
