package org.afs4j.mount.session;

/// Threads that wait inside the kernel. A virtual thread would keep its carrier all the time, so these are threads of the system;
/// they never keep the process alive.
public final class DeviceThreads {
    private DeviceThreads() {}

    /// Starts a thread.
    ///
    /// @param name its name
    /// @param body what it runs
    public static Thread start(String name, Runnable body) {
        return Thread.ofPlatform().daemon().name(name).start(body);
    }
}
