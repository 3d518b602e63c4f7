package org.afs4j.cli.mount;

import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.afs4j.cli.command.AmountConverters;
import org.afs4j.mount.IoUringUse;
import org.afs4j.mount.MountOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/// The words after `-o`, as mount(8) and fstab(5) have them.
final class MountWords {
    /// What only tells mount(8), systemd or the user something.
    private static final Pattern LET_PASS = Pattern.compile(
            "|rw|defaults|auto|noauto|user|nouser|users|nosuid|nodev|noatime|relatime|dev|suid|atime|async|_netdev|nofail|comment=.*"
                    + "|x-.*|X-.*|allow_root");

    private boolean readOnly;
    private boolean allowOther;
    private boolean noExecute;
    private @Nullable Integer userId;
    private @Nullable Integer groupId;
    private Duration requestTimeout;
    private IoUringUse ioUring;
    private String source;

    private MountWords(MountOptions defaults) {
        readOnly = defaults.readOnly();
        allowOther = defaults.allowOther();
        noExecute = defaults.noExecute();
        userId = defaults.userId();
        groupId = defaults.groupId();
        requestTimeout = defaults.requestTimeout();
        ioUring = defaults.ioUring();
        source = defaults.source();
    }

    /// Reads the words.
    ///
    /// @param text words, separated by commas
    /// @param defaults what is not said
    /// @param wrong makes the exception for what cannot be understood
    static MountOptions parse(String text, MountOptions defaults, Function<String, ParameterException> wrong) {
        MountWords words = new MountWords(defaults);
        for (String word : text.split(",", -1)) {
            try {
                words.take(word);
            } catch (IllegalArgumentException | TypeConversionException e) {
                throw wrong.apply("-o " + word + ": " + e.getMessage());
            }
        }
        return new MountOptions(
                words.source,
                words.readOnly,
                words.allowOther,
                words.noExecute,
                words.userId,
                words.groupId,
                words.requestTimeout,
                words.ioUring);
    }

    private void take(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String value = equals < 0 ? "" : word.substring(equals + 1);
        switch (name) {
            case "ro" -> readOnly = true;
            case "rw" -> readOnly = false;
            case "allow_other" -> allowOther = true;
            case "noexec" -> noExecute = true;
            case "exec" -> noExecute = false;
            case "uid" -> userId = number(value);
            case "gid" -> groupId = number(value);
            case "timeout" -> requestTimeout = new AmountConverters.OfDuration().convert(value);
            case "io_uring" -> ioUring = use(value);
            case "source" -> source = value;
            default -> {
                if (!LET_PASS.matcher(word).matches()) {
                    throw new IllegalArgumentException(
                            "unknown; there are ro, rw, allow_other, exec, noexec, uid=N, gid=N, timeout=DURATION, io_uring=auto|on|off,"
                                    + " source=TEXT");
                }
            }
        }
    }

    private static IoUringUse use(String text) {
        return switch (text) {
            case "auto" -> IoUringUse.AUTO;
            case "on", "" -> IoUringUse.ON;
            case "off" -> IoUringUse.OFF;
            default -> throw new IllegalArgumentException("auto, on or off is wanted");
        };
    }

    private static int number(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number of a user or group is wanted", e);
        }
    }
}
