package org.afs4j.protocol.call;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.afs4j.protocol.CallContext;
import org.afs4j.protocol.xdr.XdrDecoder;
import org.afs4j.protocol.xdr.XdrException;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;
import org.afs4j.rx.RxAbortException;
import org.afs4j.rx.RxServerCall;

/// The procedures of a service by opcode, and how a call of one is served.
///
/// A call without an opcode is aborted with RXGEN_DECODE, one with an unknown opcode with RXGEN_OPCODE, one whose
/// request is malformed with RXGEN_SS_UNMARSHAL.
///
/// Source: OpenAFS src/rxgen/rpc_parse.c (the dispatchers that it generates). Threads: any, once built.
///
/// @param <S> the service's interface
public final class ServerProcedures<S> {
    /// RXGEN_SS_UNMARSHAL: the server cannot read the request.
    public static final int UNMARSHAL_FAILED = -453;

    /// RXGEN_DECODE: the server cannot read the opcode.
    public static final int OPCODE_MISSING = -454;

    /// RXGEN_OPCODE: the server does not know the procedure.
    public static final int OPCODE_UNKNOWN = -455;

    private final Map<Integer, Procedure<S>> procedures = new HashMap<>();

    /// Makes an empty table.
    public ServerProcedures() {}

    /// Adds a procedure that takes a request and gives a reply.
    ///
    /// @param opcode the procedure
    /// @param decoder reads the request
    /// @param handler what serves it
    /// @param <Q> the request's type
    /// @return this
    public <Q> ServerProcedures<S> add(int opcode, XdrDecoder<Q> decoder, Handler<S, Q> handler) {
        return addStreamed(opcode, decoder, (service, context, request, call) -> {
            if (call.read(ByteBuffer.allocate(1)) >= 0) {
                throw new XdrException("data beyond the end of the request");
            }
            return handler.handle(service, context, request);
        });
    }

    /// Adds a procedure without request.
    ///
    /// @param opcode the procedure
    /// @param handler what serves it
    /// @return this
    public ServerProcedures<S> add(int opcode, EmptyHandler<S> handler) {
        return add(opcode, in -> ClientProcedure.NOTHING, (service, context, request) -> handler.handle(service, context));
    }

    /// Adds a procedure that takes a request and gives no reply.
    ///
    /// @param opcode the procedure
    /// @param decoder reads the request
    /// @param handler what serves it
    /// @param <Q> the request's type
    /// @return this
    public <Q> ServerProcedures<S> addWithoutReply(int opcode, XdrDecoder<Q> decoder, SilentHandler<S, Q> handler) {
        return add(opcode, decoder, (service, context, request) -> {
            handler.handle(service, context, request);
            return ClientProcedure.NOTHING;
        });
    }

    /// Adds a procedure without request and reply.
    ///
    /// @param opcode the procedure
    /// @param handler what serves it
    /// @return this
    public ServerProcedures<S> addWithoutReply(int opcode, SilentEmptyHandler<S> handler) {
        return add(opcode, (service, context) -> {
            handler.handle(service, context);
            return ClientProcedure.NOTHING;
        });
    }

    /// Adds a procedure that reads data after its request or writes data before its reply.
    ///
    /// @param opcode the procedure
    /// @param decoder reads the request
    /// @param handler what serves it
    /// @param <Q> the request's type
    /// @return this
    public <Q> ServerProcedures<S> addStreamed(int opcode, XdrDecoder<Q> decoder, StreamedHandler<S, Q> handler) {
        Procedure<S> procedure = (service, context, call) ->
                handler.handle(service, context, decoder.decode(new XdrReader(call)), call);
        if (procedures.put(opcode, procedure) != null) {
            throw new IllegalStateException("two procedures for opcode " + opcode);
        }
        return this;
    }

    /// Whether there is a procedure for an opcode.
    ///
    /// @param opcode the opcode
    public boolean has(int opcode) {
        return procedures.containsKey(opcode);
    }

    /// Serves a call.
    ///
    /// @param service what carries out the procedures
    /// @param call the call
    /// @throws RxAbortException to end the call with its code
    /// @throws IOException if the call broke
    ///
    /// Blocks: for the request, for the service, and while the reply's window is full.
    public void serve(S service, RxServerCall call) throws IOException {
        int opcode;
        try {
            opcode = new XdrReader(call).int32();
        } catch (XdrException e) {
            throw abort(OPCODE_MISSING, e);
        }
        Procedure<S> procedure = procedures.get(opcode);
        if (procedure == null) {
            throw new RxAbortException(OPCODE_UNKNOWN);
        }
        try {
            XdrValue reply = procedure.serve(service, new CallContext(call.peer()), call);
            XdrWriter out = new XdrWriter();
            reply.encode(out);
            out.sendTo(call);
        } catch (XdrException e) {
            throw abort(UNMARSHAL_FAILED, e);
        }
    }

    private static RxAbortException abort(int code, XdrException cause) {
        RxAbortException abort = new RxAbortException(code);
        abort.initCause(cause);
        return abort;
    }

    /// Serves a procedure with request.
    ///
    /// @param <S> the service's interface
    /// @param <Q> the request's type
    @FunctionalInterface
    public interface Handler<S, Q> {
        /// Serves it.
        ///
        /// @param service what carries out the procedure
        /// @param context who calls
        /// @param request the request
        /// @return the reply
        /// @throws IOException as the service's
        XdrValue handle(S service, CallContext context, Q request) throws IOException;
    }

    /// Serves a procedure without request.
    ///
    /// @param <S> the service's interface
    @FunctionalInterface
    public interface EmptyHandler<S> {
        /// Serves it.
        ///
        /// @param service what carries out the procedure
        /// @param context who calls
        /// @return the reply
        /// @throws IOException as the service's
        XdrValue handle(S service, CallContext context) throws IOException;
    }

    /// Serves a procedure with request that gives no reply.
    ///
    /// @param <S> the service's interface
    /// @param <Q> the request's type
    @FunctionalInterface
    public interface SilentHandler<S, Q> {
        /// Serves it.
        ///
        /// @param service what carries out the procedure
        /// @param context who calls
        /// @param request the request
        /// @throws IOException as the service's
        void handle(S service, CallContext context, Q request) throws IOException;
    }

    /// Serves a procedure without request and reply.
    ///
    /// @param <S> the service's interface
    @FunctionalInterface
    public interface SilentEmptyHandler<S> {
        /// Serves it.
        ///
        /// @param service what carries out the procedure
        /// @param context who calls
        /// @throws IOException as the service's
        void handle(S service, CallContext context) throws IOException;
    }

    /// Serves a procedure with data.
    ///
    /// @param <S> the service's interface
    /// @param <Q> the request's type
    @FunctionalInterface
    public interface StreamedHandler<S, Q> {
        /// Serves it.
        ///
        /// @param service what carries out the procedure
        /// @param context who calls
        /// @param request the request
        /// @param call where the data are read or written
        /// @return the reply that follows
        /// @throws IOException as the service's and the call's
        XdrValue handle(S service, CallContext context, Q request, RxServerCall call) throws IOException;
    }

    @FunctionalInterface
    private interface Procedure<S> {
        XdrValue serve(S service, CallContext context, RxServerCall call) throws IOException;
    }
}
