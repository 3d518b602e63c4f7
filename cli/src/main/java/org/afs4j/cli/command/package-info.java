/// What the commands share: options, the client's life, exit codes, one-line errors, JSON lines, progress.
@NullMarked
package org.afs4j.cli.command;

import org.jspecify.annotations.NullMarked;
