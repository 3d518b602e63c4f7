/// FUSE's kernel protocol: requests as they are read, replies and notifications as they are written.
///
/// All numbers are little or big endian as the machine is. Lengths that a request names are checked against the bytes that came
/// before anything is read by them.
///
/// Source: Linux include/uapi/linux/fuse.h, protocol 7.31 to 7.45.
@NullMarked
package org.afs4j.mount.protocol;

import org.jspecify.annotations.NullMarked;
