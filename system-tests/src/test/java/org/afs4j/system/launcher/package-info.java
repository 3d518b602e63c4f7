/// The launcher `./afs`, run as a user runs it, with JDKs and a Maven that only write down how they were called.
@NullMarked
package org.afs4j.system.launcher;

import org.jspecify.annotations.NullMarked;
