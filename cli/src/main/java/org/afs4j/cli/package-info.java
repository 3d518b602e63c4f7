/// The `afs` command: one class a subcommand, and what they share: options, exit codes, one-line errors.
@NullMarked
package org.afs4j.cli;

import org.jspecify.annotations.NullMarked;
