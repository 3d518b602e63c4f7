package org.afs4j.system.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.afs4j.client.AfsClient;
import org.afs4j.client.AfsFile;
import org.afs4j.client.AfsLock;
import org.afs4j.client.AfsLockConflict;
import org.afs4j.client.AfsLockOwner;
import org.afs4j.client.AfsOpenOption;
import org.afs4j.client.counter.AfsCounter;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.protocol.Errno;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a client promises of file locks, on any cell: two clients contend.
public abstract class AfsLocksContract extends ClientOnCell {
    private static final AfsLockOwner FIRST = AfsLockOwner.ofProcess(1);
    private static final AfsLockOwner SECOND = AfsLockOwner.ofProcess(2);
    private static final long ALL = Long.MAX_VALUE;

    private AfsClient other;
    private AfsFile ours;
    private AfsFile theirs;

    @BeforeEach
    void openTheFileTwice() throws IOException {
        String path = directory + "/locked";
        write(client, path, new byte[Long.BYTES]);
        other = newClient();
        ours = client.open(path, AfsOpenOption.WRITE);
        theirs = other.open(path, AfsOpenOption.WRITE);
    }

    @AfterEach
    void closeTheOther() throws IOException {
        other.close();
        assertThat(client.counters().get(AfsCounter.LOCKS_LOST)).isZero();
    }

    private static AfsLock got(@Nullable AfsLock lock) {
        assertThat(lock).matches(taken -> taken != null && taken.isValid());
        return Objects.requireNonNull(lock);
    }

    @Test
    void keepsAnotherClientOutUntilItGivesTheLockUp() throws IOException {
        AfsLock lock = ours.lock(0, ALL, false);
        assertThat(theirs.tryLock(0, ALL, false)).isNull();
        assertThat(theirs.tryLock(0, ALL, true)).isNull();
        lock.close();
        assertThat(lock.isValid()).isFalse();
        got(theirs.tryLock(0, ALL, false)).close();
    }

    @Test
    void sharesWithAnotherClientAndKeepsAnExclusiveOneOut() throws IOException {
        AfsLock first = ours.lock(0, ALL, true);
        AfsLock second = got(theirs.tryLock(0, ALL, true));
        assertThat(theirs.tryLock(AfsLockOwner.ofFlock(1), 0, ALL, false)).isNull();
        assertThat(second.isValid()).isTrue();
        first.close();
        second.close();
        got(ours.tryLock(0, ALL, false)).close();
    }

    @Test
    void letsTheOwnersOfOneClientShareItsServerLock() throws IOException {
        long asked = client.counters().get(AfsCounter.LOCK_REQUESTS);
        AfsLock head = ours.lock(FIRST, 0, 10, false);
        AfsLock tail = ours.lock(SECOND, 10, 10, false);
        assertThat(client.counters().get(AfsCounter.LOCK_REQUESTS)).isEqualTo(asked + 1);
        assertThat(ours.tryLock(SECOND, 9, 2, false)).isNull();
        AfsLockConflict conflict = ours.testLock(SECOND, 0, ALL, true);
        assertThat(conflict).isEqualTo(new AfsLockConflict(FIRST, 0, 10, false));
        got(ours.tryLock(AfsLockOwner.ofFlock(3), 0, ALL, false)).close();
        head.close();
        assertThat(theirs.tryLock(20, 10, true)).as("one lock of the file at the server").isNull();
        assertThat(theirs.testLock(FIRST, 0, 1, true)).isEqualTo(new AfsLockConflict(null, 0, ALL, false));
        tail.close();
        assertThat(theirs.testLock(FIRST, 0, 1, false)).isNull();
        got(theirs.tryLock(20, 10, false)).close();
    }

    @Test
    void becomesExclusiveAndSharedAgain() throws IOException {
        AfsLock shared = ours.lock(0, 100, true);
        AfsLock exclusive = got(ours.tryLock(0, 100, false));
        assertThat(theirs.tryLock(0, ALL, true)).isNull();
        AfsLock again = ours.lock(0, 100, true);
        assertThat(exclusive.isValid()).as("as exclusive").isFalse();
        assertThat(shared.isValid()).isTrue();
        again.close();
        got(theirs.tryLock(0, ALL, false)).close();
    }

    @Test
    void keepsASharedLockThatCannotBecomeExclusive() throws IOException {
        AfsLock mine = ours.lock(0, ALL, true);
        AfsLock yours = theirs.lock(0, ALL, true);
        assertThat(ours.tryLock(0, ALL, false)).isNull();
        assertThat(mine.isValid()).isTrue();
        yours.close();
        got(ours.tryLock(0, ALL, false)).close();
        assertThat(mine.isValid()).isFalse();
    }

    private static <T> void whileBeside(Callable<T> beside, Callable<?> here) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> future = threads.submit(beside);
            here.call();
            future.get(60, TimeUnit.SECONDS);
        }
    }

    /// CB-8: whoever waits is woken by the break that giving up sends.
    @Test
    void waitsUntilAnotherClientGivesUp() throws Exception {
        AfsLock lock = ours.lock(0, ALL, false);
        long asked = other.counters().get(AfsCounter.LOCK_REQUESTS);
        whileBeside(
                () -> {
                    theirs.lock(0, ALL, false).close();
                    return lock.isValid();
                },
                () -> {
                    while (other.counters().get(AfsCounter.LOCK_REQUESTS) == asked) {
                        Thread.onSpinWait();
                    }
                    lock.close();
                    return lock;
                });
    }

    @Test
    void endsToWaitWhenTheFileIsClosed() throws Exception {
        AfsLock lock = ours.lock(0, ALL, false);
        long asked = other.counters().get(AfsCounter.LOCK_REQUESTS);
        assertThatThrownBy(() -> whileBeside(() -> theirs.lock(0, ALL, false), () -> {
                    while (other.counters().get(AfsCounter.LOCK_REQUESTS) == asked) {
                        Thread.onSpinWait();
                    }
                    theirs.close();
                    return lock;
                }))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(AfsFileException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
        assertThat(lock.isValid()).isTrue();
    }

    @Test
    void endsTheLocksOfAFileThatIsClosed() throws IOException {
        ours.lock(FIRST, 0, 5, false);
        got(ours.tryLock(7, ALL, true));
        AfsLock late = got(ours.tryLock(10, 5, false));
        ours.close();
        assertThat(late.isValid()).isFalse();
        late.close();
        got(theirs.tryLock(0, ALL, false)).close();
    }

    private static int countUp(AfsFile file, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            AfsLock lock = file.lock(0, Long.BYTES, false);
            ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
            assertThat(file.read(0, number)).isEqualTo(Long.BYTES);
            number.putLong(0, number.getLong(0) + 1).rewind();
            file.write(0, number);
            lock.close();
        }
        return times;
    }

    /// What was written under a lock is stored before it goes, and read by whoever has it next: no count is lost.
    @Test
    void losesNoCountThatTwoClientsCountTogether() throws Exception {
        whileBeside(() -> countUp(theirs, 20), () -> countUp(ours, 20));
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        assertThat(ours.read(0, number)).isEqualTo(Long.BYTES);
        assertThat(number.getLong(0)).isEqualTo(40);
    }

    @Test
    void refusesRangesThatAreNone() {
        assertThatThrownBy(() -> ours.lock(-1, 1, true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ours.lock(0, 0, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
