package org.afs4j.cell.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.afs4j.cell.store.CellStoreException;

/// Reads what [RecordWriter] wrote.
final class RecordReader {
    private final String what;
    private final ByteBuffer in;

    /// @param what whose record it is, for the message if it makes no sense
    RecordReader(String what, byte[] record) {
        this.what = what;
        this.in = ByteBuffer.wrap(record);
    }

    /// How the fields are read.
    interface Fields<R> {
        R read(RecordReader reader) throws CellStoreException;
    }

    /// Reads all fields.
    ///
    /// @throws CellStoreException if the record is too short, too long, or has a field that cannot be
    static <R> R read(String what, byte[] record, Fields<R> fields) throws CellStoreException {
        RecordReader reader = new RecordReader(what, record);
        try {
            R result = fields.read(reader);
            if (reader.in.hasRemaining()) {
                throw new CellStoreException("the record of " + what + " is too long", null);
            }
            return result;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CellStoreException("the record of " + what + " makes no sense", e);
        }
    }

    int getInt() {
        return in.getInt();
    }

    long getLong() {
        return in.getLong();
    }

    String getText() throws CellStoreException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new CellStoreException("the record of " + what + " has a text that is longer than itself", null);
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
