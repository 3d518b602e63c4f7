/// The contents of AFS directories: what file servers send as a directory's data, parsed and edited.
@NullMarked
package org.afs4j.protocol.directory;

import org.jspecify.annotations.NullMarked;
