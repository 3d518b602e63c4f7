package org.afs4j.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// CB-8, as users see it: who may hold a lock beside whom.
class LockLedgerTest {
    private static final String FILE = "f";

    private final LockLedger ledger = new LockLedger();

    private void taken(int client, boolean shared) {
        ledger.taken(ledger.serverDeaths(), client, FILE, shared);
    }

    @Test
    void sharedLocksStandSideBySideAndExclusiveOnesAlone() {
        taken(1, true);
        taken(2, true);
        assertThat(ledger.violations()).isEmpty();
        taken(3, false);
        assertThat(ledger.violations()).hasSize(2);
        assertThat(ledger.takenCount()).isEqualTo(3);
    }

    @Test
    void aLockThatWasLeftOrWhoseHolderDiedIsNoMore() {
        taken(1, false);
        ledger.left(1, FILE);
        taken(2, false);
        ledger.gone(1, FILE);
        ledger.died(2);
        taken(3, false);
        assertThat(ledger.violations()).isEmpty();
    }

    private void givenUp(int client) {
        ledger.left(client, FILE);
        ledger.gone(client, FILE);
    }

    /// The next process of the server knows no locks, not even those whose answers were on their way.
    @Test
    void aLockEndsWithTheServerThatGaveIt() {
        int before = ledger.serverDeaths();
        taken(1, false);
        ledger.serverDied();
        ledger.taken(before, 2, FILE, false);
        taken(3, false);
        assertThat(ledger.violations()).isEmpty();
    }

    /// Who gives up a lock that the server has forgotten gives up another's, and that one a third one's.
    @Test
    void noLockCountsBesideOneThatTheServerHasForgotten() {
        taken(1, false);
        ledger.serverDied();
        taken(2, false);
        givenUp(1);
        taken(3, false);
        givenUp(2);
        taken(4, false);
        assertThat(ledger.violations()).isEmpty();
        givenUp(3);
        givenUp(4);
        taken(1, false);
        taken(2, true);
        assertThat(ledger.violations()).hasSize(1);
    }

    /// The call that gives it up may be carried out by both processes, and the second time it gives up another's.
    @Test
    void aLockThatIsBeingGivenUpWhileTheServerStartsAnewMayTakeAnothersAway() {
        taken(1, false);
        taken(2, true);
        assertThat(ledger.violations()).hasSize(1);
        givenUp(2);
        ledger.left(1, FILE);
        ledger.serverRestarted();
        taken(2, true);
        ledger.gone(1, FILE);
        taken(3, false);
        assertThat(ledger.violations()).hasSize(1);
        givenUp(2);
        givenUp(3);
        taken(2, true);
        ledger.serverRestarted();
        taken(3, false);
        assertThat(ledger.violations()).hasSize(2);
    }

    /// What a client gives up while the server dies reaches the next process.
    @Test
    void aLockThatIsBeingGivenUpWhenTheServerDiesIsInDoubtToo() {
        taken(1, true);
        ledger.left(1, FILE);
        ledger.serverDied();
        taken(2, false);
        taken(3, false);
        ledger.gone(1, FILE);
        assertThat(ledger.violations()).isEmpty();
    }
}
