package org.afs4j.protocol.call;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.afs4j.protocol.xdr.XdrDecoder;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;
import org.afs4j.rx.RxClientCall;
import org.afs4j.rx.RxConnection;

/// How a client calls a procedure: opcode and request go out, the reply is read to its end.
public final class ClientProcedure {
    private ClientProcedure() {}

    /// A request or reply without content.
    public static final XdrValue NOTHING = out -> {};

    /// Begins a call.
    ///
    /// @param connection the way to the server
    /// @return the call, to be closed by the caller
    /// @throws InterruptedIOException if interrupted while all channels are busy; the thread stays interrupted
    /// @throws IOException if the endpoint is closed
    public static RxClientCall begin(RxConnection connection) throws IOException {
        try {
            return connection.newCall();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for a channel");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /// Writes opcode and request.
    ///
    /// @param call the call
    /// @param opcode the procedure
    /// @param request its request
    /// @throws IOException as the call's `write`
    public static void send(RxClientCall call, int opcode, XdrValue request) throws IOException {
        XdrWriter out = new XdrWriter();
        out.int32(opcode);
        request.encode(out);
        out.sendTo(call);
    }

    /// Reads a reply to its end.
    ///
    /// @param in where from
    /// @param decoder reads the reply
    /// @param <R> the reply's type
    /// @throws IOException as [XdrReader]
    public static <R> R receive(XdrReader in, XdrDecoder<R> decoder) throws IOException {
        R reply = decoder.decode(in);
        in.end();
        return reply;
    }

    /// Calls a procedure that has a reply.
    ///
    /// @param connection the way to the server
    /// @param opcode the procedure
    /// @param request its request
    /// @param decoder reads the reply
    /// @param <R> the reply's type
    /// @throws IOException as [#begin], [#send] and [#receive]
    public static <R> R call(RxConnection connection, int opcode, XdrValue request, XdrDecoder<R> decoder)
            throws IOException {
        try (RxClientCall call = begin(connection)) {
            send(call, opcode, request);
            call.endRequest();
            return receive(new XdrReader(call), decoder);
        }
    }

    /// Calls a procedure whose reply is empty.
    ///
    /// @param connection the way to the server
    /// @param opcode the procedure
    /// @param request its request
    /// @throws IOException as [#begin], [#send] and [#receive]
    public static void call(RxConnection connection, int opcode, XdrValue request) throws IOException {
        try (RxClientCall call = begin(connection)) {
            send(call, opcode, request);
            call.endRequest();
            new XdrReader(call).end();
        }
    }
}
