/// The client's API: [org.afs4j.client.AfsClient] opens cells, paths and files.
@NullMarked
package org.afs4j.client;

import org.jspecify.annotations.NullMarked;
