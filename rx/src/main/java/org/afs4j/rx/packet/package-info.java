/// The packets of Rx, a class for each type with its layout; all fields are big endian, all decoding is bounded.
///
/// Source: OpenAFS `src/rx/rx_packet.h`, `src/rx/rx.h`.
@NullMarked
package org.afs4j.rx.packet;

import org.jspecify.annotations.NullMarked;
