/// Asking a process of ours that runs: a socket in a private directory, a line of JSON each way.
@NullMarked
package org.afs4j.cli.control;

import org.jspecify.annotations.NullMarked;
