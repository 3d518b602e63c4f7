package org.afs4j.pagecache;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.pagecache.mapped.Generation;
import org.jspecify.annotations.Nullable;

/// The integers in a mapped view: reads and writes at memory speed.
///
/// Numbers are in the platform's byte order; the forms of [MappedNumbers] with a byte order take either. Offsets count from the start of the view.
/// The acquire and release forms need offsets whose place in the file is a multiple of the number's size; the others need no
/// alignment.
///
/// Every accessor throws [IndexOutOfBoundsException] for an offset outside the view, [IllegalStateException] after the view was
/// closed, and [MappedAccessException] where the page cannot be validated or lies beyond the end of the file (MM-6). Every writing
/// one throws [UnsupportedOperationException] if the view is read-only.
///
/// An accessor tries three ways, each slower than the one before it:
///
/// 1. The front, a segment over the view's pages as far as all are present. The access is that of a plain segment, whose own
///    checks find that the offset is beyond it or that the generation is closed. In a program whose views are soon present
///    throughout, compiled code has this way only, and a loop over a view compiles to a loop over memory. A view that is used
///    beyond its front, as one of a file larger than the cache, leaves the front aside.
/// 2. The generation that the view has last seen, if the access's chunk is present in it.
/// 3. The view faults, and finds the present generation.
///
/// Once a loop's code has met a fault it keeps the ways to it, and no loop over an accessor is then vectorised: it takes some times as
/// long as a loop over memory. For loops there are [MappedView#read], [MappedView#fold] and [MappedView#segment].
///
/// The fields of ways 1 and 2 are read without any ordering. That is sound since all that they lead to is final, and what is old
/// is closed: a strip makes the JVM take every thread out of compiled code that has looked at the segment before, and an access
/// to a closed segment throws.
///
/// Blocks: an access that faults, for calls to the server. Threads: any number at once.
public abstract sealed class MappedIntegers permits MappedNumbers {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle BYTE_HANDLE = ValueLayout.JAVA_BYTE.varHandle();
    private static final VarHandle INT_HANDLE = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG_HANDLE = ValueLayout.JAVA_LONG.varHandle();

    /// Where the view begins in the file.
    final long startBytes;

    /// The length of the view.
    final long sizeBytes;

    /// The view's part of a generation for reading, from the start of the view as far as every chunk was present when this was
    /// last looked at; null if the first is not, and if the view is used beyond it.
    @Nullable MemorySegment readableFront;

    /// The same of a generation for writing.
    @Nullable MemorySegment writableFront;

    /// A generation for reading, which may be closed by now.
    Generation readable = Generation.NONE;

    /// A generation for writing, which may be closed by now.
    Generation writable = Generation.NONE;

    MappedIntegers(long startBytes, long sizeBytes) {
        this.startBytes = startBytes;
        this.sizeBytes = sizeBytes;
    }

    /// The way of last resort: faults until the access is present.
    ///
    /// @return a generation in which it was
    abstract Generation reach(long offsetBytes, long lengthBytes, boolean write);

    private Generation readable(long offsetBytes, int lengthBytes) {
        Generation seen = readable;
        return offsetBytes >= 0 && offsetBytes <= sizeBytes - lengthBytes && seen.isPresent(startBytes + offsetBytes, lengthBytes)
                ? seen
                : reach(offsetBytes, lengthBytes, false);
    }

    private Generation writable(long offsetBytes, int lengthBytes) {
        Generation seen = writable;
        return offsetBytes >= 0 && offsetBytes <= sizeBytes - lengthBytes && seen.isPresent(startBytes + offsetBytes, lengthBytes)
                ? seen
                : reach(offsetBytes, lengthBytes, true);
    }

    /// Takes note that a generation is closed.
    @SuppressWarnings("ReferenceEquality") // a generation is itself and no other
    private void revoked(Generation generation, IllegalStateException thrown) {
        Generation.absorb(generation.segment(), thrown);
        if (readable == generation) {
            readable = Generation.NONE;
        }
        if (writable == generation) {
            writable = Generation.NONE;
        }
    }

    /// Takes note that a front does not serve an access: it is closed, or the access lies beyond it.
    private void missed(MemorySegment front, RuntimeException thrown) {
        if (thrown instanceof IllegalStateException closed) {
            Generation.absorb(front, closed);
        }
    }

    /// Reads a byte.
    ///
    /// @param offsetBytes where
    public final byte getByte(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return front.get(BYTE, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getByteBeyondFront(offsetBytes);
    }

    private byte getByteBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Byte.BYTES);
            try {
                return present.segment().get(BYTE, startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes a byte.
    ///
    /// @param offsetBytes where
    /// @param value the byte
    public final void setByte(long offsetBytes, byte value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                front.set(BYTE, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setByteBeyondFront(offsetBytes, value);
    }

    private void setByteBeyondFront(long offsetBytes, byte value) {
        while (true) {
            Generation present = writable(offsetBytes, Byte.BYTES);
            try {
                present.segment().set(BYTE, startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Reads a byte with acquire semantics: what the writer did before it released the byte is seen too.
    ///
    /// @param offsetBytes where
    public final byte getByteAcquire(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return (byte) BYTE_HANDLE.getAcquire(front, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getByteAcquireBeyondFront(offsetBytes);
    }

    private byte getByteAcquireBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Byte.BYTES);
            try {
                return (byte) BYTE_HANDLE.getAcquire(present.segment(), startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes a byte with release semantics: who acquires it sees what this thread did before.
    ///
    /// @param offsetBytes where
    /// @param value the byte
    public final void setByteRelease(long offsetBytes, byte value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                BYTE_HANDLE.setRelease(front, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setByteReleaseBeyondFront(offsetBytes, value);
    }

    private void setByteReleaseBeyondFront(long offsetBytes, byte value) {
        while (true) {
            Generation present = writable(offsetBytes, Byte.BYTES);
            try {
                BYTE_HANDLE.setRelease(present.segment(), startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Reads a short.
    ///
    /// @param offsetBytes where
    public final short getShort(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return front.get(SHORT, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getShortBeyondFront(offsetBytes);
    }

    private short getShortBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Short.BYTES);
            try {
                return present.segment().get(SHORT, startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes a short.
    ///
    /// @param offsetBytes where
    /// @param value the short
    public final void setShort(long offsetBytes, short value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                front.set(SHORT, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setShortBeyondFront(offsetBytes, value);
    }

    private void setShortBeyondFront(long offsetBytes, short value) {
        while (true) {
            Generation present = writable(offsetBytes, Short.BYTES);
            try {
                present.segment().set(SHORT, startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Reads an int.
    ///
    /// @param offsetBytes where
    public final int getInt(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return front.get(INT, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getIntBeyondFront(offsetBytes);
    }

    private int getIntBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Integer.BYTES);
            try {
                return present.segment().get(INT, startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes an int.
    ///
    /// @param offsetBytes where
    /// @param value the int
    public final void setInt(long offsetBytes, int value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                front.set(INT, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setIntBeyondFront(offsetBytes, value);
    }

    private void setIntBeyondFront(long offsetBytes, int value) {
        while (true) {
            Generation present = writable(offsetBytes, Integer.BYTES);
            try {
                present.segment().set(INT, startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Reads an int with acquire semantics, whole.
    ///
    /// @param offsetBytes where
    public final int getIntAcquire(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return (int) INT_HANDLE.getAcquire(front, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getIntAcquireBeyondFront(offsetBytes);
    }

    private int getIntAcquireBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Integer.BYTES);
            try {
                return (int) INT_HANDLE.getAcquire(present.segment(), startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes an int with release semantics: who acquires it sees what this thread did before.
    ///
    /// @param offsetBytes where
    /// @param value the int
    public final void setIntRelease(long offsetBytes, int value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                INT_HANDLE.setRelease(front, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setIntReleaseBeyondFront(offsetBytes, value);
    }

    private void setIntReleaseBeyondFront(long offsetBytes, int value) {
        while (true) {
            Generation present = writable(offsetBytes, Integer.BYTES);
            try {
                INT_HANDLE.setRelease(present.segment(), startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Reads a long.
    ///
    /// @param offsetBytes where
    public final long getLong(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return front.get(LONG, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getLongBeyondFront(offsetBytes);
    }

    private long getLongBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Long.BYTES);
            try {
                return present.segment().get(LONG, startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes a long.
    ///
    /// @param offsetBytes where
    /// @param value the long
    public final void setLong(long offsetBytes, long value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                front.set(LONG, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setLongBeyondFront(offsetBytes, value);
    }

    private void setLongBeyondFront(long offsetBytes, long value) {
        while (true) {
            Generation present = writable(offsetBytes, Long.BYTES);
            try {
                present.segment().set(LONG, startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Reads a long with acquire semantics, whole.
    ///
    /// @param offsetBytes where
    public final long getLongAcquire(long offsetBytes) {
        MemorySegment front = readableFront;
        if (front != null) {
            try {
                return (long) LONG_HANDLE.getAcquire(front, offsetBytes);
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        return getLongAcquireBeyondFront(offsetBytes);
    }

    private long getLongAcquireBeyondFront(long offsetBytes) {
        while (true) {
            Generation present = readable(offsetBytes, Long.BYTES);
            try {
                return (long) LONG_HANDLE.getAcquire(present.segment(), startBytes + offsetBytes);
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }

    /// Writes a long with release semantics: who acquires it sees what this thread did before.
    ///
    /// @param offsetBytes where
    /// @param value the long
    public final void setLongRelease(long offsetBytes, long value) {
        MemorySegment front = writableFront;
        if (front != null) {
            try {
                LONG_HANDLE.setRelease(front, offsetBytes, value);
                return;
            } catch (IllegalStateException | IndexOutOfBoundsException e) {
                missed(front, e);
            }
        }
        setLongReleaseBeyondFront(offsetBytes, value);
    }

    private void setLongReleaseBeyondFront(long offsetBytes, long value) {
        while (true) {
            Generation present = writable(offsetBytes, Long.BYTES);
            try {
                LONG_HANDLE.setRelease(present.segment(), startBytes + offsetBytes, value);
                return;
            } catch (IllegalStateException e) {
                revoked(present, e);
            }
        }
    }
}
