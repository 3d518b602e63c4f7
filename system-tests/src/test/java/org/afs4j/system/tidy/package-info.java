/// The rules of the house that no compiler checks, as tests over the sources and the documents.
@NullMarked
package org.afs4j.system.tidy;

import org.jspecify.annotations.NullMarked;
