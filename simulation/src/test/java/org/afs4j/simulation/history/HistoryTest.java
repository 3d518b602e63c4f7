package org.afs4j.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final String PLACE = "file/0";
    private final History history = new History();

    @BeforeEach
    void beginWithAValue() {
        history.holds(PLACE, "initial");
    }

    private Write write(int client, String value) {
        Write write = history.write(client, PLACE, value);
        history.visible(write);
        return write;
    }

    private Write store(int client, String value) {
        Write write = write(client, value);
        history.stored(List.of(write));
        return write;
    }

    private void read(int client, String seen) {
        history.read(client, PLACE, Means.READ, history.tick(), seen);
    }

    @Test
    void aReadMaySeeWhatWasStoredLast() {
        store(1, "a");
        store(2, "b");
        read(3, "b");
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aReadMustNotSeeWhatSomethingStoredBeforeItBeganReplaced() {
        store(1, "a");
        store(2, "b");
        read(3, "a");
        assertThat(history.violations()).singleElement().extracting(Violation::what).asString().contains("client 3 saw a", "it knew b (by client 2");
    }

    @Test
    void aReadMustNotSeeTheStartOnceSomethingWasStored() {
        store(1, "a");
        read(3, "initial");
        assertThat(history.violations()).hasSize(1);
    }

    @Test
    void aReadMaySeeEitherOfTwoWritesThatNoneCanOrder() {
        Write first = write(1, "a");
        Write second = write(2, "b");
        history.stored(List.of(first));
        history.stored(List.of(second));
        read(3, "a");
        read(4, "b");
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void whoHasSeenALaterWriteNeverGoesBack() {
        store(1, "a");
        write(2, "b"); // stored by the background, unknown to the history
        read(3, "b");
        read(3, "a");
        read(4, "a");
        assertThat(history.violations()).singleElement().extracting(Violation::what).asString().contains("client 3 saw a");
    }

    @Test
    void whoHasWrittenSeesItsOwnWriteOrALaterOne() {
        write(1, "a");
        read(1, "initial");
        read(2, "initial");
        assertThat(history.violations()).singleElement().extracting(Violation::what).asString().contains("client 1 saw initial");
    }

    @Test
    void theLaterOfTwoWritesOfOneClientReplacesTheEarlier() {
        write(1, "a");
        Write second = write(1, "b");
        history.stored(List.of(second));
        read(2, "a");
        assertThat(history.violations()).hasSize(1);
    }

    @Test
    void whatNobodyWroteMustNotBeSeen() {
        read(1, "foreign");
        long begin = history.tick();
        history.read(2, PLACE, Means.MAPPED, begin, "a");
        write(1, "a");
        assertThat(history.violations()).extracting(Violation::what).allMatch(what -> what.contains("nobody had written")).hasSize(2);
    }

    @Test
    void aReadThatOverlapsAWriteMaySeeItOrNot() {
        long begin = history.tick();
        store(1, "a");
        history.read(2, PLACE, Means.READ, begin, "initial");
        history.read(3, PLACE, Means.READ, begin, "a");
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void inTroubleOnlyWhatWasStoredBeforeItMustBeSeen() {
        store(1, "a");
        History.Trouble trouble = history.troubleBegins(2);
        store(1, "b");
        read(2, "a");
        read(2, "initial"); // stored before the trouble: not excused
        read(3, "a"); // another's trouble: not excused
        history.troubleEnds(trouble);
        read(2, "a"); // over: not excused
        assertThat(history.violations()).hasSize(3);
    }

    @Test
    void troublesThatOverlapAreOne() {
        store(1, "a");
        History.Trouble first = history.troubleBegins(History.EVERYBODY);
        store(1, "b");
        History.Trouble second = history.troubleBegins(2);
        history.troubleEnds(first);
        read(2, "a");
        history.troubleEnds(second);
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aWriteWhoseValueCannotBeToldExcusesWhatMayBeIt() {
        store(1, "a");
        Write unknown = history.write(1, PLACE, null);
        history.stored(List.of(unknown));
        read(2, "b");
        store(1, "c");
        read(2, "b");
        assertThat(history.violations()).hasSize(1);
    }
}
