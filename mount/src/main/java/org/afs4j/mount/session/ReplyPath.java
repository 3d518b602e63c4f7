package org.afs4j.mount.session;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Where the one reply of a request goes.
///
/// Threads: any, one at a time.
public interface ReplyPath {
    /// Sends it; when this returns the kernel has it.
    ///
    /// @param message native memory, header first; the caller's again afterwards
    /// @throws IOException if the kernel does not take it: it awaits no such reply any more
    void write(MemorySegment message) throws IOException;

    /// The same for a reply after which nothing is done for the request: it may wait for the thread's next system call, which is about
    /// to come.
    ///
    /// @param message native memory, header first; the caller's again afterwards
    /// @throws IOException if the kernel does not take it
    default void writeLast(MemorySegment message) throws IOException {
        write(message);
    }
}
