/// Measurements in one JVM with JMH: mapped access, strip and fault, Rx over loopback.
@NullMarked
package org.afs4j.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
