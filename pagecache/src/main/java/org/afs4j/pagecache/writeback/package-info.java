/// Write-back that nobody waits for, and the errors of write-backs until somebody is told.
@NullMarked
package org.afs4j.pagecache.writeback;

import org.jspecify.annotations.NullMarked;
