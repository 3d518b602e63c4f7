/// The file server's procedures: records, the client's stub, the server's dispatcher.
@NullMarked
package org.afs4j.protocol.fs;

import org.jspecify.annotations.NullMarked;
