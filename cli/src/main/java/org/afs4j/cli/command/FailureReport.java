package org.afs4j.cli.command;

import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.afs4j.client.error.AfsConfigurationException;
import org.afs4j.client.error.AfsException;
import org.afs4j.client.error.AfsFileException;
import org.afs4j.client.error.AfsLockLostException;
import org.afs4j.client.error.AfsPathException;
import org.afs4j.client.error.AfsUnreachableException;
import org.afs4j.pagecache.error.MappedAccessException;
import org.afs4j.protocol.Errno;
import picocli.CommandLine.ParameterException;

/// What a failure is to the user: one line, and an exit code. The only place that translates.
public final class FailureReport {
    private FailureReport() {}

    /// The failure in one line, with the command's name before it.
    ///
    /// @param failure what a command threw
    public static String line(Throwable failure) {
        return "afs: " + String.join(" ", words(failure).lines().toList());
    }

    /// A wrong command line in one line.
    ///
    /// @param wrong what picocli or a command found
    /// @param command the command, as the user would ask for its help
    public static String usageLine(ParameterException wrong, String command) {
        return line(wrong) + " (" + command + " --help lists what it takes)";
    }

    /// The exit code that stands for a failure.
    ///
    /// @param failure what a command threw
    public static ExitCode exitCode(Throwable failure) {
        return switch (failure) {
            case CommandFailure command -> command.exitCode();
            case OutputGoneException gone -> ExitCode.OUTPUT_GONE;
            case AfsException afs -> exitCode(afs);
            case MappedAccessException access when access.ioCause() != null -> exitCode(access.ioCause());
            case NoSuchFileException absent -> ExitCode.NOT_FOUND;
            case AccessDeniedException denied -> ExitCode.NO_PERMISSION;
            case InterruptedIOException interrupted -> ExitCode.INTERRUPTED;
            default -> ExitCode.FAILED;
        };
    }

    private static ExitCode exitCode(AfsException failure) {
        return switch (failure) {
            case AfsConfigurationException unknownCell -> ExitCode.NOT_FOUND;
            case AfsLockLostException lost -> ExitCode.FAILED;
            case AfsPathException noPath -> ExitCode.WRONG_USAGE;
            case AfsUnreachableException silent -> ExitCode.UNREACHABLE;
            case AfsFileException file -> exitCode(file.errno());
        };
    }

    private static ExitCode exitCode(Errno errno) {
        return switch (errno) {
            case ENOENT, ENODEV -> ExitCode.NOT_FOUND;
            case EACCES, EPERM, EROFS -> ExitCode.NO_PERMISSION;
            case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ECONNREFUSED -> ExitCode.UNREACHABLE;
            default -> ExitCode.FAILED;
        };
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        return switch (failure) {
            case MappedAccessException access when access.ioCause() instanceof AfsException afs -> words(afs);
            case NoSuchFileException absent -> absent.getFile() + ": no such local file or directory";
            case AccessDeniedException denied -> denied.getFile() + ": no permission for the local file";
            case FileAlreadyExistsException exists -> exists.getFile() + ": the local file exists already";
            case ParameterException wrong -> String.valueOf(message);
            case FileSystemException local -> String.valueOf(message);
            case RuntimeException defect when !(failure instanceof MappedAccessException) ->
                "a defect of afs, please report it: " + defect + at(defect);
            default -> message == null ? failure.getClass().getSimpleName() : message;
        };
    }

    private static String at(Throwable defect) {
        StackTraceElement[] trace = defect.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }
}
