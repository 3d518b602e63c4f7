package org.afs4j.cell;

import org.afs4j.protocol.fs.FetchStatus;

/// Rights on a directory, as the letters that AFS users know.
final class Rights {
    static final int ALL = 127;
    static final int READ_AND_LOOKUP = FetchStatus.RIGHT_READ | FetchStatus.RIGHT_LOOKUP;

    private static final String LETTERS = "rwildka";

    private Rights() {}

    /// @throws IllegalArgumentException if a letter is none of `rlidwka`
    static int parse(String letters) {
        int rights = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = LETTERS.indexOf(letters.charAt(i));
            if (bit < 0) {
                throw new IllegalArgumentException("rights are some of rlidwka, not " + letters);
            }
            rights |= 1 << bit;
        }
        return rights;
    }
}
