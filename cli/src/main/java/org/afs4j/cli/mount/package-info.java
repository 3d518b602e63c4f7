/// The commands that mount AFS on the host.
@NullMarked
package org.afs4j.cli.mount;

import org.jspecify.annotations.NullMarked;
