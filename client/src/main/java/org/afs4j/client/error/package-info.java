/// What users of the client see when something fails: typed, with cell, volume, server and path.
@NullMarked
package org.afs4j.client.error;

import org.jspecify.annotations.NullMarked;
