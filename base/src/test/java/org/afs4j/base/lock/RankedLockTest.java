package org.afs4j.base.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// PC-7, PC-8: the lock order is checked by the machine.
class RankedLockTest {
    @Test
    void takesLaterRanksUnderEarlierOnes() {
        RankedMutex outer = new RankedMutex(LockRank.VNODE_VALIDATION);
        RankedSharedLock inner = new RankedSharedLock(LockRank.PAGE_INVALIDATE, 1);
        outer.lock();
        inner.lockExclusive();
        assertThat(inner.isHeldExclusive()).isTrue();
        inner.unlockExclusive();
        outer.unlock();
        assertThat(HeldLocks.none()).isTrue();
    }

    @Test
    void refusesAnEarlierRankUnderALaterOne() {
        RankedMutex later = new RankedMutex(LockRank.VNODE_STATE);
        RankedMutex earlier = new RankedMutex(LockRank.VNODE_VALIDATION);
        later.lock();
        try {
            assertThatThrownBy(earlier::lock).isInstanceOf(LockOrderError.class).hasMessageContaining("VNODE_VALIDATION");
        } finally {
            later.unlock();
        }
    }

    @Test
    void takesSeveralOfOneRankOnlyInKeyOrder() {
        RankedSharedLock first = new RankedSharedLock(LockRank.PAGE_INVALIDATE, 1);
        RankedSharedLock second = new RankedSharedLock(LockRank.PAGE_INVALIDATE, 2);
        first.lockShared();
        second.lockExclusive();
        second.unlockExclusive();
        first.unlockShared();
        second.lockShared();
        try {
            assertThatThrownBy(first::lockShared).isInstanceOf(LockOrderError.class);
        } finally {
            second.unlockShared();
        }
    }

    @Test
    void refusesToBeTakenTwiceByOneThread() {
        RankedMutex mutex = new RankedMutex(LockRank.LEAF);
        mutex.lock();
        try {
            assertThatThrownBy(mutex::lock).isInstanceOf(LockOrderError.class).hasMessageContaining("twice");
        } finally {
            mutex.unlock();
        }
    }

    @Test
    void refusesACallToAServerUnderALockThatACallbackMayNeed() {
        RankedMutex mutex = new RankedMutex(LockRank.VNODE_STATE);
        mutex.lock();
        try {
            assertThatThrownBy(HeldLocks::allowCall).isInstanceOf(LockOrderError.class);
        } finally {
            mutex.unlock();
        }
        assertThat(HeldLocks.allowCall()).isTrue();
    }
}
