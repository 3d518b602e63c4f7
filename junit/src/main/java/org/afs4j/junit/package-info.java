/// A cell for tests: [org.afs4j.junit.AfsTestCell], and [org.afs4j.junit.WithAfsCell] for JUnit.
@NullMarked
package org.afs4j.junit;

import org.jspecify.annotations.NullMarked;
