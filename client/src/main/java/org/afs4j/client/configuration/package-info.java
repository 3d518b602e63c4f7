/// Which cells there are, and where their servers are.
@NullMarked
package org.afs4j.client.configuration;

import org.jspecify.annotations.NullMarked;
