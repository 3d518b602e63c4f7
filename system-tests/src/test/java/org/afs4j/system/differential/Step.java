package org.afs4j.system.differential;

import java.io.IOException;

/// A call, in terms that mean the same in every cell.
///
/// @param text what is called, for people
/// @param action calls it
/// @param effect what the generator takes note of once the call was served
record Step(String text, Action action, Runnable effect) {
    /// How a call is made.
    interface Action {
        /// Makes the call and tells what was answered, in terms that mean the same in every cell.
        ///
        /// @throws IOException if it is refused, or not answered
        String on(Peer peer) throws IOException;
    }

    @Override
    public String toString() {
        return text;
    }
}
