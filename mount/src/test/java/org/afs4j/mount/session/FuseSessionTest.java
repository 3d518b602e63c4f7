package org.afs4j.mount.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.afs4j.base.world.SystemWorld;
import org.afs4j.mount.protocol.FuseInit;
import org.afs4j.mount.protocol.FuseOpcode;
import org.afs4j.protocol.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

class FuseSessionTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final PlayedKernel kernel = new PlayedKernel();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Set<Thread> waitedOn = ConcurrentHashMap.newKeySet();
    private @Nullable FuseSession session;

    /// GETATTR is answered at once, READLINK and SETLKW when the gate opens, STATFS fails by a defect, ACCESS is refused.
    private final RequestHandler handler = new RequestHandler() {
        @Override
        public void handle(Exchange exchange) throws IOException {
            switch (exchange.opcode()) {
                case READLINK -> awaitGate();
                case SETLKW -> {
                    waitedOn.add(Thread.currentThread());
                    awaitGate();
                }
                case STATFS -> throw new IllegalStateException("a defect, planted by the test");
                case ACCESS -> throw new IOException("refused");
                default -> exchange.reply().int64(0);
            }
        }

        @Override
        public int errno(Exception failure) {
            return Errno.EACCES.number();
        }
    };

    private void awaitGate() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @AfterEach
    void endTheSession() throws InterruptedException {
        gate.countDown();
        if (session != null) {
            kernel.unmount();
            session.awaitEnd();
            session.close();
        }
    }

    private FuseSession begin(Duration requestTimeout, Duration grace) throws Exception {
        SessionOptions options = new SessionOptions(requestTimeout, requestTimeout, grace, 1 << 20, false);
        FuseSession begun = new FuseSession(SystemWorld.instance(), kernel, options, null);
        session = begun;
        begun.start(handler);
        kernel.askWords(FuseOpcode.INIT, 1, FuseInit.MAJOR, 38, 1 << 20, -1, 0, 0);
        assertThat(begun.awaitAgreement().minor()).isEqualTo(38);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(1, 0, 64));
        return begun;
    }

    private FuseSession begin() throws Exception {
        return begin(Duration.ofMinutes(5), Duration.ofMinutes(5));
    }

    @Test
    void refusesAKernelThatSpeaksSomethingOlder() throws Exception {
        FuseSession begun = new FuseSession(SystemWorld.instance(), kernel, SessionOptions.defaults(), null);
        session = begun;
        begun.start(handler);
        kernel.askWords(FuseOpcode.INIT, 1, FuseInit.MAJOR, 19, 1 << 20, -1);
        assertThatThrownBy(begun::awaitAgreement).hasMessageContaining("older than 7.31");
        assertThat(kernel.nextReply().error()).isEqualTo(-Errno.EPROTO.number());
    }

    @Test
    void aRequestThatWaitsKeepsNobodyFromBeingServed() throws Exception {
        assertServesWhileSixtyWait(FuseOpcode.READLINK);
    }

    @Test
    void waitsForLocksKeepNoReader() throws Exception {
        assertServesWhileSixtyWait(FuseOpcode.SETLKW, new byte[48]);
        assertThat(waitedOn).as("threads that wait").hasSize(60).allMatch(Thread::isVirtual);
    }

    /// Lets sixty requests wait at the gate, has another one answered, then those.
    private void assertServesWhileSixtyWait(FuseOpcode waiting, byte... body) throws Exception {
        begin();
        for (int unique = 100; unique < 160; unique++) {
            kernel.ask(waiting, unique, body);
        }
        kernel.ask(FuseOpcode.GETATTR, 2, new byte[16]);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(2, 0, 8));
        gate.countDown();
        Set<Long> answered = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            answered.add(kernel.nextReply().unique());
        }
        assertThat(answered).as("each once").hasSize(60);
    }

    @Test
    void aRequestThatTakesTooLongIsToldSo() throws Exception {
        FuseSession begun = begin(Duration.ofMillis(1), Duration.ofMinutes(5));
        kernel.ask(FuseOpcode.READLINK, 2);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(2, -Errno.ETIMEDOUT.number(), 0));
        // Counted once told, so perhaps a moment later.
        long start = System.nanoTime();
        while (begun.count(SessionCounter.LATE) == 0) {
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
            Thread.onSpinWait();
        }
    }

    @Test
    void anInterruptedRequestEndsWithinItsGrace() throws Exception {
        begin(Duration.ofMinutes(5), Duration.ofMillis(1));
        kernel.ask(FuseOpcode.READLINK, 2);
        kernel.askWords(FuseOpcode.INTERRUPT, 3, 2, 0);
        // The interrupt may overtake the request: then the kernel is asked for it again, as the kernel would do.
        PlayedKernel.Reply reply = kernel.nextReply();
        while (reply.unique() == 3) {
            assertThat(reply.error()).isEqualTo(-Errno.EAGAIN.number());
            kernel.askWords(FuseOpcode.INTERRUPT, 3, 2, 0);
            reply = kernel.nextReply();
        }
        assertThat(reply).isEqualTo(new PlayedKernel.Reply(2, -Errno.EINTR.number(), 0));
    }

    @Test
    void whatIsUnknownOrTooShortIsRefusedAndCounted() throws Exception {
        FuseSession begun = begin();
        kernel.ask(4711, 2);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(2, -Errno.ENOSYS.number(), 0));
        kernel.ask(FuseOpcode.READ, 3, new byte[8]);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(3, -Errno.EINVAL.number(), 0));
        kernel.send(new byte[] {1, 2, 3});
        kernel.ask(FuseOpcode.GETATTR, 4, new byte[16]);
        assertThat(kernel.nextReply().unique()).isEqualTo(4);
        assertThat(begun.count(SessionCounter.REFUSED)).isEqualTo(3);
    }

    @Test
    void aFailureIsToldAndADefectToo() throws Exception {
        FuseSession begun = begin();
        kernel.ask(FuseOpcode.ACCESS, 2, new byte[8]);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(2, -Errno.EACCES.number(), 0));
        kernel.ask(FuseOpcode.STATFS, 3);
        assertThat(kernel.nextReply()).isEqualTo(new PlayedKernel.Reply(3, -Errno.EACCES.number(), 0));
        assertThat(begun.count(SessionCounter.DEFECTS)).isEqualTo(1);
    }
}
