package org.afs4j.mount;

/// Whether the kernel hands the requests of a mount out by io_uring (`FUSE_OVER_IO_URING`, Linux 6.14 and later, where the administrator
/// has set the parameter `enable_uring` of the module `fuse`), or by the device.
public enum IoUringUse {
    /// By io_uring where the kernel offers it.
    AUTO,
    /// By io_uring; the mount is refused where the kernel does not offer it.
    ON,
    /// By the device.
    OFF
}
