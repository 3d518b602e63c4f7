/// Two clients of ours and one of OpenAFS's on one volume of a real cell, and a check of what each of them saw.
@NullMarked
package org.afs4j.system.threeclients;

import org.jspecify.annotations.NullMarked;
