/// Finds AFS cells by the Domain Name System.
@NullMarked
package org.afs4j.dns;

import org.jspecify.annotations.NullMarked;
