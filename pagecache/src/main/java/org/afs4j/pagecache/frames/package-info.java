/// The frame store: the memory of all pages, and who owns which range of it.
@NullMarked
package org.afs4j.pagecache.frames;

import org.jspecify.annotations.NullMarked;
