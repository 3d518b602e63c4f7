/// The same calls to OpenAFS's file server and to ours, answer by answer.
@NullMarked
package org.afs4j.system.differential;

import org.jspecify.annotations.NullMarked;
