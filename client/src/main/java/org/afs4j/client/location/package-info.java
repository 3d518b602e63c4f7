/// Where volumes are: look-ups at a cell's volume location servers.
@NullMarked
package org.afs4j.client.location;

import org.jspecify.annotations.NullMarked;
