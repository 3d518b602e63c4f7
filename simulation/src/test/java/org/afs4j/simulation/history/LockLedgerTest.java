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
        ledger.died(2);
        taken(3, false);
        assertThat(ledger.violations()).isEmpty();
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
        taken(1, true);
        assertThat(ledger.violations()).hasSize(1);
    }
}
