package org.afs4j.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.afs4j.protocol.CallBackPromise;
import org.afs4j.protocol.Fid;
import org.afs4j.protocol.fs.FileServerCalls;
import org.afs4j.protocol.fs.StoreStatus;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxClientSecurity;
import org.afs4j.rx.RxEndpoint;
import org.afs4j.rx.RxOptions;
import org.junit.jupiter.api.Test;

/// What clients may expect of promises, breaks and greetings, whatever the network.
abstract class CallbackContract {
    abstract void run(UnaryOperator<AfsCell.Builder> settings, CellLab.Body body) throws Exception;

    void run(CellLab.Body body) throws Exception {
        run(UnaryOperator.identity(), body);
    }

    /// What a thread of a test does.
    interface Task {
        void run() throws IOException;
    }

    static Thread start(CellLab lab, String name, Task task) {
        return lab.world.start(name, () -> {
            try {
                task.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static byte[] one(int value) {
        return new byte[] {(byte) value};
    }

    @Test
    void greetsAClientBeforeItsFirstCallIsAnswered() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            client.fs.getTime();
            client.note("answered");
            client.fs.getTime();
            assertThat(client.log())
                    .containsExactly(
                            "TellMeAboutYourself", "InitCallBackState3 " + lab.cell.fileServerUuid(), "answered");
        });
    }

    @Test
    void greetsAClientOnceThoughItCallsManyTimesAtOnce() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(start(lab, "call", () -> client.fs.getTime()));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(lab.cell.counters().calls("GetTime")).isEqualTo(8);
            assertThat(client.log()).hasSize(2);
        });
    }

    @Test
    void fallsBackForClientsThatKnowLess() throws Exception {
        run(lab -> {
            try (RxEndpoint endpoint = RxEndpoint.open(lab.world, lab.clientPort(), RxOptions.defaults())) {
                List<Integer> asked = new ArrayList<>();
                endpoint.serve(1, call -> {
                    int opcode = new XdrReader(call).int32();
                    asked.add(opcode);
                    if (opcode != 205) {
                        throw new RxAbortException(-455);
                    }
                });
                new FileServerCalls(endpoint.connect(lab.cell.fileServerAddress(), 1, RxClientSecurity.none())).getTime();
                assertThat(asked).containsExactly(65538, 212, 205);
            }
        });
    }

    @Test
    void refusesAClientWhoseCallbackServiceRefuses() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            client.refuseWith(7);
            assertThatThrownBy(client.fs::getTime)
                    .isInstanceOfSatisfying(RxAbortException.class, abort -> assertThat(abort.code()).isEqualTo(-1));
            assertThat(lab.cell.counters().clientsRefused()).isEqualTo(1);
            client.refuseWith(0);
            client.fs.getTime();
            assertThat(lab.cell.counters().clientsGreeted()).isEqualTo(1);
        });
    }

    @Test
    void aChangeBreaksThePromisesOfAllButTheWriter() throws Exception {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            CellClient other = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            for (CellClient client : List.of(writer, reader, other)) {
                assertThat(client.fs.fetchStatus(fid).promise().isGranted()).isTrue();
                client.takeLog();
            }
            writer.store(fid, one(1));
            assertThat(reader.takeLog()).containsExactly("break " + fid);
            assertThat(other.takeLog()).containsExactly("break " + fid);
            assertThat(writer.takeLog()).isEmpty();

            writer.store(fid, one(2));
            assertThat(reader.takeLog()).as("a broken promise is not broken again").isEmpty();

            reader.fs.fetchStatus(fid);
            reader.store(fid, one(3));
            assertThat(writer.takeLog()).as("the writer kept its promise").containsExactly("break " + fid);

            reader.fs.fetchStatus(fid);
            writer.fs.storeStatus(fid, StoreStatus.NONE.withMode(0600));
            assertThat(reader.takeLog()).as("a change of status is one").containsExactly("break " + fid);
        });
    }

    @Test
    void changesOfNamesBreakTheDirectories() throws Exception {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid a = writer.fs.makeDir(lab.scratch(), "a", StoreStatus.NONE).fid();
            Fid b = writer.fs.makeDir(lab.scratch(), "b", StoreStatus.NONE).fid();
            Fid file = writer.create(a, "f").fid();
            reader.fs.inlineBulkStatus(List.of(a, b, file));
            reader.takeLog();
            writer.fs.rename(a, "f", b, "g");
            assertThat(String.join(" ", reader.takeLog())).contains(a.toString(), b.toString()).doesNotContain(file.toString());
            reader.fs.inlineBulkStatus(List.of(b, file));
            writer.fs.link(b, "h", file);
            assertThat(String.join(" ", reader.takeLog())).contains(b.toString(), file.toString());
            reader.fs.inlineBulkStatus(List.of(b, file));
            writer.fs.removeFile(b, "g");
            assertThat(String.join(" ", reader.takeLog())).contains(b.toString(), file.toString());
            reader.fs.inlineBulkStatus(List.of(b, file));
            writer.fs.removeFile(b, "h");
            assertThat(reader.takeLog()).as("nothing is left to tell of the file").containsExactly("break " + b);
            reader.fs.inlineBulkStatus(List.of(a, b));
            writer.takeLog();
            writer.fs.rename(lab.scratch(), "a", b, "sub");
            assertThat(String.join(" ", reader.takeLog())).contains(a.toString(), b.toString());
            assertThat(writer.takeLog()).as("the moved directory's status is in no reply").containsExactly("break " + a);
        });
    }

    /// CB-11, from the server's side.
    @Test
    void aWriterWaitsUntilEveryHolderHasAnswered() throws Exception {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            CellClient bystander = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            reader.fs.fetchStatus(fid);
            reader.holdBreaks();
            Thread storing = start(lab, "writer", () -> {
                writer.store(fid, one(1));
                reader.note("the writer's reply");
            });
            reader.awaitEvent("break " + fid);
            assertThat(bystander.fetch(fid, 0, 9)).as("others are served meanwhile").isEqualTo(one(1));
            reader.note("answers");
            reader.releaseBreaks();
            storing.join();
            assertThat(reader.log()).containsSubsequence("break " + fid, "answers", "the writer's reply");
            assertThat(lab.cell.counters().breaksSent()).isEqualTo(1);
        });
    }

    @Test
    void aLaterWriterWaitsForTheBreaksOfAnEarlierOne() throws Exception {
        run(lab -> {
            CellClient first = lab.client();
            CellClient second = lab.client();
            CellClient reader = lab.client();
            Fid fid = first.create(lab.scratch(), "a").fid();
            second.fs.getTime();
            reader.fs.fetchStatus(fid);
            reader.holdBreaks();
            Thread one = start(lab, "first", () -> first.store(fid, one(1)));
            reader.awaitEvent("break " + fid);
            Thread two = start(lab, "second", () -> {
                second.store(fid, one(2));
                reader.note("the second writer's reply");
            });
            while (first.fetch(fid, 0, 1)[0] != 2) {
                Thread.onSpinWait();
            }
            // Time for a reply that did not wait.
            for (int i = 0; i < 50; i++) {
                first.fs.getTime();
            }
            reader.note("answers");
            reader.releaseBreaks();
            one.join();
            two.join();
            assertThat(reader.log()).containsSubsequence("answers", "the second writer's reply");
        });
    }

    @Test
    void aWriterWaitsForTheBreakOfAVolumeThatIsUnderWay() throws Exception {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            reader.fs.fetchStatus(fid);
            reader.holdBreaks();
            Thread breaking = start(lab, "break", () -> lab.cell.breakVolume("scratch"));
            reader.awaitEvent("break " + Fid.ofVolume(lab.scratch().volumeId()));
            Thread storing = start(lab, "writer", () -> {
                writer.store(fid, one(2));
                reader.note("the writer's reply");
            });
            CellClient bystander = lab.client();
            while (bystander.fs.fetchStatus(fid).status().lengthBytes() == 0) {
                Thread.onSpinWait();
            }
            // Time for a reply that did not wait.
            for (int i = 0; i < 50; i++) {
                bystander.fs.getTime();
            }
            reader.note("answers");
            reader.releaseBreaks();
            breaking.join();
            storing.join();
            assertThat(reader.log()).containsSubsequence("answers", "the writer's reply");
        });
    }

    @Test
    void givenUpPromisesAreNotBroken() throws Exception {
        run(lab -> {
            CellClient writer = lab.client();
            CellClient reader = lab.client();
            Fid a = writer.create(lab.scratch(), "a").fid();
            Fid b = writer.create(lab.scratch(), "b").fid();
            reader.fs.inlineBulkStatus(List.of(a, b));
            reader.takeLog();
            reader.fs.giveUpCallBacks(List.of(a), List.of(CallBackPromise.BROKEN));
            writer.store(a, one(1));
            writer.store(b, one(1));
            assertThat(reader.takeLog()).containsExactly("break " + b);
            reader.fs.inlineBulkStatus(List.of(a, b));
            reader.fs.giveUpAllCallBacks();
            writer.store(a, one(2));
            writer.store(b, one(2));
            assertThat(reader.takeLog()).isEmpty();
        });
    }

    /// CB-10.
    @Test
    void aVolumeIsBrokenByOneFid() throws Exception {
        run(lab -> {
            CellClient client = lab.client();
            CellClient other = lab.client();
            Fid a = client.create(lab.scratch(), "a").fid();
            client.fs.inlineBulkStatus(List.of(a, lab.scratch()));
            other.fs.fetchStatus(lab.cell.volume("root.cell").root());
            client.takeLog();
            other.takeLog();
            lab.cell.breakVolume("scratch");
            assertThat(client.takeLog()).containsExactly("break " + Fid.ofVolume(lab.scratch().volumeId()));
            assertThat(other.takeLog()).isEmpty();
            assertThat(lab.cell.promiseCount()).isEqualTo(1);
            lab.cell.mount(lab.cell.volume("root.cell"), "more", "%scratch.");
            assertThat(other.takeLog()).containsExactly("break " + lab.cell.volume("root.cell").root());
        });
    }

    @Test
    void aRestartWithoutStateIsToldAtTheNextContact() throws Exception {
        run(lab -> {
            CellClient idle = lab.client();
            CellClient writer = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            idle.fs.fetchStatus(fid);
            idle.takeLog();
            lab.cell.restartFileServer(false);
            writer.store(fid, one(1));
            assertThat(idle.takeLog()).as("the server does not know of the promise").isEmpty();
            idle.fs.getTime();
            idle.note("answered");
            assertThat(idle.takeLog())
                    .containsExactly(
                            "TellMeAboutYourself", "InitCallBackState3 " + lab.cell.fileServerUuid(), "answered");
            assertThat(idle.fetch(fid, 0, 9)).as("what was stored is there").isEqualTo(one(1));
        });
    }

    @Test
    void aRestartWithStateKeepsPromises() throws Exception {
        run(lab -> {
            CellClient idle = lab.client();
            CellClient writer = lab.client();
            Fid fid = writer.create(lab.scratch(), "a").fid();
            idle.fs.fetchStatus(fid);
            idle.takeLog();
            writer.takeLog();
            lab.cell.restartFileServer(true);
            writer.store(fid, one(1));
            assertThat(writer.takeLog()).as("known still").isEmpty();
            assertThat(idle.takeLog()).containsExactly("break " + fid);
        });
    }
}
