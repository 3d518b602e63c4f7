/// The commands on files and directories: list, tell, copy, make, rename, remove.
@NullMarked
package org.afs4j.cli.file;

import org.jspecify.annotations.NullMarked;
