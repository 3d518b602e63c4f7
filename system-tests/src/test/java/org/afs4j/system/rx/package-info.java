/// Our Rx as programs of others see it: rxdebug, tcpdump, tshark.
@NullMarked
package org.afs4j.system.rx;

import org.jspecify.annotations.NullMarked;
