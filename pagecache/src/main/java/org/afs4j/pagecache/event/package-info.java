/// What a page cache tells of itself to JFR, the recorder of the JDK.
@NullMarked
package org.afs4j.pagecache.event;

import org.jspecify.annotations.NullMarked;
