/// The command that runs whole systems from seeds.
@NullMarked
package org.afs4j.cli.simulation;

import org.jspecify.annotations.NullMarked;
