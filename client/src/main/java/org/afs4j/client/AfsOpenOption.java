package org.afs4j.client;

/// How a file is opened.
public enum AfsOpenOption {
    /// Its data may be written.
    WRITE,
    /// It is made if it does not exist.
    CREATE,
    /// It is made, and must not exist.
    CREATE_NEW,
    /// Its data is dropped.
    TRUNCATE,
    /// A sync says so, and stores nothing yet, if another client stored the file while bytes written here were not.
    REPORT_CONFLICTS
}
