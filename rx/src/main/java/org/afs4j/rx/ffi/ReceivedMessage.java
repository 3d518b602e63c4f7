package org.afs4j.rx.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Memory for a message that a system call receives, and the views by which its datagrams are handed on. Where the kernel puts
/// datagrams together, a view is kept for each place of the size seen last, so that a stream of them costs no objects.
///
/// Threads: one at a time.
public class ReceivedMessage {
    private final int bytes;
    private final long address;
    private final ByteBuffer whole;
    private ByteBuffer[] views = {};
    private int viewBytes;
    private int datagrams;

    /// Makes memory, which is the garbage collector's.
    ///
    /// @param bytes the longest message
    public ReceivedMessage(int bytes) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes, 64);
        this.bytes = bytes;
        this.address = memory.address();
        this.whole = memory.asByteBuffer();
    }

    /// Datagrams of the message that was received last.
    public final int datagrams() {
        return datagrams;
    }

    final long address() {
        return address;
    }

    final int bytes() {
        return bytes;
    }

    /// Takes note of what was received.
    ///
    /// @param length bytes in all
    /// @param each bytes of each datagram but the last; 0 if there is one
    final void received(int length, int each) {
        if (each == 0 || each >= length) {
            datagrams = 1;
            ByteBuffer all = whole.limit(length).position(0);
            assert all.remaining() == length;
            return;
        }
        cut(each);
        datagrams = (length + each - 1) / each;
        for (int i = 0; i < datagrams; i++) {
            ByteBuffer view = views[i].limit(Math.min(each, length - i * each)).position(0);
            assert view.hasRemaining();
        }
    }

    /// A datagram of the message, from index 0 to its limit.
    final ByteBuffer datagram(int index) {
        return datagrams == 1 ? whole : views[index];
    }

    private void cut(int each) {
        if (viewBytes != each) {
            ByteBuffer all = whole.clear();
            views = new ByteBuffer[(bytes + each - 1) / each];
            for (int i = 0; i < views.length; i++) {
                views[i] = all.slice(i * each, Math.min(each, bytes - i * each));
            }
            viewBytes = each;
        }
    }
}
