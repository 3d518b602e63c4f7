/// A real OpenAFS cell for tests, and OpenAFS's own client as the third party that changes its files.
@NullMarked
package org.afs4j.system.openafs;

import org.jspecify.annotations.NullMarked;
