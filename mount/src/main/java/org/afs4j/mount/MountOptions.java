package org.afs4j.mount;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How something is mounted.
///
/// @param source what mount tables show as the mount's source
/// @param readOnly whether nothing can be changed through it
/// @param allowOther whether others than the user who mounts may use it; they get what that user's identity in AFS may do
/// @param noExecute whether nothing can be executed from it
/// @param userId the user whose files are shown to be; null for who mounts
/// @param groupId the group whose files are shown to be; null for that of who mounts
/// @param requestTimeout how long the kernel waits for an answer; storing may take twenty times as long
/// @param ioUring whether the kernel hands requests out by io_uring
public record MountOptions(
        String source,
        boolean readOnly,
        boolean allowOther,
        boolean noExecute,
        @Nullable Integer userId,
        @Nullable Integer groupId,
        Duration requestTimeout,
        IoUringUse ioUring) {
    /// What is not said otherwise.
    ///
    /// @param source what mount tables show as the mount's source
    public static MountOptions of(String source) {
        return new MountOptions(source, false, false, false, null, null, Duration.ofSeconds(30), IoUringUse.OFF);
    }
}
