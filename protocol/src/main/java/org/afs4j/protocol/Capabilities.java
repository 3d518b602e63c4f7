package org.afs4j.protocol;

import java.io.IOException;
import java.util.List;
import org.afs4j.protocol.xdr.XdrReader;
import org.afs4j.protocol.xdr.XdrValue;
import org.afs4j.protocol.xdr.XdrWriter;

/// What a server or a client says it can do: words of bits, of which only the first has any meaning today.
///
/// Source: OpenAFS src/fsint/common.xg.
///
/// @param words the words, [Limits#CAPABILITY_WORDS] at most
public record Capabilities(List<Integer> words) implements XdrValue {
    /// Of a file server: it sends UAE codes to clients that ask for them.
    public static final int SERVER_ERROR_TRANSLATION = 1;

    /// Of a file server: it serves files of 2 GiB and more.
    public static final int SERVER_64_BIT_FILES = 2;

    /// Of a file server: the write right is enough to take a write lock.
    public static final int SERVER_WRITE_LOCK_ACL = 4;

    /// Of a file server: ACLs are checked sanely.
    public static final int SERVER_SANE_ACLS = 8;

    /// Of a client: servers shall send it UAE codes instead of the plain errnos of their host.
    public static final int CLIENT_ERROR_TRANSLATION = 1;

    /// Copies the list.
    ///
    /// @param words the words
    public Capabilities {
        words = List.copyOf(words);
    }

    /// Capabilities of one word.
    ///
    /// @param bits the first word
    public static Capabilities of(int bits) {
        return new Capabilities(List.of(bits));
    }

    /// The first word; 0 if there is none.
    public int bits() {
        return words.isEmpty() ? 0 : words.getFirst();
    }

    /// Whether all the bits of the first word are set that are asked for.
    ///
    /// @param mask the bits
    public boolean has(int mask) {
        return (bits() & mask) == mask;
    }

    /// Reads capabilities.
    ///
    /// @param in where from
    /// @throws IOException as [XdrReader]
    public static Capabilities decode(XdrReader in) throws IOException {
        return new Capabilities(in.list(Limits.CAPABILITY_WORDS, Integer.BYTES, XdrReader::int32));
    }

    @Override
    public void encode(XdrWriter out) {
        out.list(words, Limits.CAPABILITY_WORDS, XdrWriter::int32);
    }
}
