/// The cache of one client: cells, volumes and vnodes with their status, promises, pages and directory contents.
@NullMarked
package org.afs4j.client.cache;

import org.jspecify.annotations.NullMarked;
