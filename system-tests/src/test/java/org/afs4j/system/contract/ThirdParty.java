package org.afs4j.system.contract;

import java.io.IOException;

/// Another client of the cell, of any make. Paths are relative to `/afs`.
public interface ThirdParty {
    /// Replaces a file's contents, making it if need be.
    void write(String path, byte[] contents) throws IOException;

    /// Overwrites part of a file.
    void overwrite(String path, long offsetBytes, byte[] contents) throws IOException;

    /// Reads a file.
    byte[] read(String path) throws IOException;

    /// Changes a file's mode, and no data.
    ///
    /// @param mode octal digits
    void chmod(String path, String mode) throws IOException;
}
