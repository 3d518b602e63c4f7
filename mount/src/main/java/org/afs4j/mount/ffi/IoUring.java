package org.afs4j.mount.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;

/// One ring of io_uring: what a thread asks of the kernel without waiting, and what became of it.
///
/// ```
/// submission, 128 bytes   0 opcode 1 | 4 descriptor 4 | 8 operation 4 | 16 address 8 | 24 length 4 | 28 flags or events 4 |
///                         32 user data 8 | 48 command 80
/// completion, 16 bytes    0 user data 8 | 8 result 4 | 12 flags 4
/// ```
///
/// Source: Linux include/uapi/linux/io_uring.h, io_uring_setup(2), io_uring_enter(2).
///
/// Threads: only the one that opened it (`IORING_SETUP_SINGLE_ISSUER`): completions are made while it waits, in its system call.
/// Blocks: [#await()], in the kernel.
public final class IoUring implements AutoCloseable {
    private static final long SETUP_CALL = 425;
    private static final long ENTER_CALL = 426;
    private static final int LARGE_SUBMISSIONS = 1 << 10;
    private static final int SINGLE_ISSUER = 1 << 12;
    private static final int DEFERRED_WORK = 1 << 13;
    private static final int ONE_MAPPING = 1;
    private static final int GET_EVENTS = 1;
    private static final long SUBMISSIONS_OFFSET = 0x10000000L;

    private static final int PARAMETERS_BYTES = 120;
    private static final int SUBMISSION_BYTES = 128;
    private static final int COMMAND_OFFSET = 48;
    private static final int COMPLETION_BYTES = 16;
    private static final byte POLL_ADD = 6;
    private static final byte URING_COMMAND = 46;
    private static final int READABLE = 1;

    private static final VarHandle SHARED_INT = JAVA_INT.varHandle();

    private final Arena arena = Arena.ofConfined();
    private final int descriptor;
    private final MemorySegment rings;
    private final MemorySegment submissions;
    private final int submissionMask;
    private final int submissionCount;
    private final long submissionHead;
    private final long submissionTail;
    private final int completionMask;
    private final long completionHead;
    private final long completionTail;
    private final long completions;
    private int submitted;
    private int taken;
    private long completedUserData;
    private int completedResult;

    private IoUring(int descriptor, MemorySegment parameters) throws IOException {
        this.descriptor = descriptor;
        if ((parameters.get(JAVA_INT, 20) & ONE_MAPPING) == 0) {
            throw new IOException("the kernel's io_uring is older than Linux 5.4");
        }
        submissionCount = parameters.get(JAVA_INT, 0);
        int completionCount = parameters.get(JAVA_INT, 4);
        long array = Integer.toUnsignedLong(parameters.get(JAVA_INT, 40 + 24));
        completions = Integer.toUnsignedLong(parameters.get(JAVA_INT, 80 + 20));
        long bytes = Math.max(array + 4L * submissionCount, completions + (long) COMPLETION_BYTES * completionCount);
        rings = MappedMemory.ofDescriptor(descriptor, 0, bytes, arena);
        submissions =
                MappedMemory.ofDescriptor(descriptor, SUBMISSIONS_OFFSET, (long) SUBMISSION_BYTES * submissionCount, arena);
        submissionHead = Integer.toUnsignedLong(parameters.get(JAVA_INT, 40));
        submissionTail = Integer.toUnsignedLong(parameters.get(JAVA_INT, 40 + 4));
        submissionMask = rings.get(JAVA_INT, Integer.toUnsignedLong(parameters.get(JAVA_INT, 40 + 8)));
        completionHead = Integer.toUnsignedLong(parameters.get(JAVA_INT, 80));
        completionTail = Integer.toUnsignedLong(parameters.get(JAVA_INT, 80 + 4));
        completionMask = rings.get(JAVA_INT, Integer.toUnsignedLong(parameters.get(JAVA_INT, 80 + 8)));
        for (int i = 0; i < submissionCount; i++) {
            rings.set(JAVA_INT, array + 4L * i, i);
        }
    }

    /// Makes a ring for the thread that calls.
    ///
    /// @param most how much may be asked at once before it is submitted; a power of two
    /// @throws IOException if the system has no io_uring, or refuses it to us (`kernel.io_uring_disabled`, a container's rules)
    public static IoUring open(int most) throws IOException {
        try (Arena temporary = Arena.ofConfined()) {
            MemorySegment parameters = temporary.allocate(PARAMETERS_BYTES, 8);
            parameters.set(JAVA_INT, 8, LARGE_SUBMISSIONS | SINGLE_ISSUER | DEFERRED_WORK);
            int descriptor = (int) LinuxCalls.check(
                    "io_uring_setup",
                    (long) LinuxCalls.SYSCALL_OF_SETUP.invokeExact(LinuxCalls.errno(), SETUP_CALL, most, parameters));
            try {
                return new IoUring(descriptor, parameters);
            } catch (IOException | RuntimeException e) {
                closeDescriptor(descriptor);
                throw e;
            }
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
    }

    /// Asks a driver for something of its own; it goes to the kernel by [#submit()] or [#await()].
    ///
    /// @param device the driver's descriptor
    /// @param operation what is asked, as the driver numbers it
    /// @param vectors the memory that it is about, an array of iovec, or null
    /// @param vectorCount how many of those
    /// @param userData comes back with the completion
    /// @return 80 bytes for the driver's parameters, zeros; to be filled in at once
    /// @throws IOException if there is no room even after submitting
    public MemorySegment command(int device, int operation, @Nullable MemorySegment vectors, int vectorCount, long userData)
            throws IOException {
        MemorySegment submission = next(URING_COMMAND, device, userData);
        submission.set(JAVA_INT, 8, operation);
        if (vectors != null) {
            submission.set(JAVA_LONG, 16, vectors.address());
            submission.set(JAVA_INT, 24, vectorCount);
        }
        return submission.asSlice(COMMAND_OFFSET);
    }

    /// Asks to be told, once, when a signal is set.
    ///
    /// @param signal what is waited for
    /// @param userData comes back with the completion
    /// @throws IOException if there is no room even after submitting
    public void poll(WakeSignal signal, long userData) throws IOException {
        next(POLL_ADD, signal.descriptor(), userData).set(JAVA_INT, 28, READABLE);
    }

    private MemorySegment next(byte opcode, int about, long userData) throws IOException {
        if (waitingToBeSubmitted() == submissionCount) {
            submit();
        }
        MemorySegment submission =
                submissions.asSlice((long) (submitted & submissionMask) * SUBMISSION_BYTES, SUBMISSION_BYTES);
        submission.fill((byte) 0);
        submission.set(JAVA_BYTE, 0, opcode);
        submission.set(JAVA_INT, 4, about);
        submission.set(JAVA_LONG, 32, userData);
        submitted++;
        return submission;
    }

    private int waitingToBeSubmitted() {
        return submitted - (int) SHARED_INT.getAcquire(rings, submissionHead);
    }

    /// Gives the kernel what was asked, without waiting.
    ///
    /// @throws IOException if it refuses
    public void submit() throws IOException {
        while (waitingToBeSubmitted() > 0) {
            enter(0, 0);
        }
    }

    /// Gives the kernel what was asked, and waits until something is completed.
    ///
    /// @throws IOException if it refuses
    public void await() throws IOException {
        do {
            enter(1, GET_EVENTS);
        } while (waitingToBeSubmitted() > 0 || completionsEnd() == taken);
    }

    private void enter(int least, int flags) throws IOException {
        SHARED_INT.setRelease(rings, submissionTail, submitted);
        long done;
        try {
            done = (long) LinuxCalls.SYSCALL_OF_ENTER.invokeExact(
                    LinuxCalls.errno(), ENTER_CALL, descriptor, waitingToBeSubmitted(), least, flags, MemorySegment.NULL, 8L);
        } catch (Throwable failure) {
            throw LinuxCalls.translate(failure);
        }
        if (done < 0 && !LinuxCalls.failedWith(Errno.EINTR) && !LinuxCalls.failedWith(Errno.EAGAIN)) {
            throw new SystemCallException("io_uring_enter", LinuxCalls.lastErrno());
        }
    }

    private int completionsEnd() {
        return (int) SHARED_INT.getAcquire(rings, completionTail);
    }

    /// Goes on to the next completion.
    ///
    /// @return whether there is one
    public boolean next() {
        if (completionsEnd() == taken) {
            return false;
        }
        long current = completions + (long) (taken & completionMask) * COMPLETION_BYTES;
        completedUserData = rings.get(JAVA_LONG, current);
        completedResult = rings.get(JAVA_INT, current + 8);
        taken++;
        SHARED_INT.setRelease(rings, completionHead, taken);
        return true;
    }

    /// The user data of the completion that [#next()] went on to.
    public long userData() {
        return completedUserData;
    }

    /// The result of the completion that [#next()] went on to: not negative, or a negative errno.
    public int result() {
        return completedResult;
    }

    /// Closes the ring; the kernel ends what is not completed.
    @Override
    public void close() {
        arena.close();
        closeDescriptor(descriptor);
    }

    private static void closeDescriptor(int descriptor) {
        try {
            int ignored = (int) LinuxCalls.CLOSE.invokeExact(LinuxCalls.errno(), descriptor);
            assert ignored <= 0;
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
