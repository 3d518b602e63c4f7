package org.afs4j.cell.store;

/// When what is stored is forced to the disk. The death of the process loses nothing that was answered, whatever is chosen here: this
/// is about the loss of power, and the death of the operating system.
public enum StoreSync {
    /// Every few seconds, and when the store is closed: the last seconds may be lost.
    DELAYED,
    /// Before each answer: nothing that was answered is lost.
    ALWAYS
}
