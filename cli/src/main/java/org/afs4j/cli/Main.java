package org.afs4j.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.afs4j.cli.coherence.Demo;
import org.afs4j.cli.coherence.Poke;
import org.afs4j.cli.coherence.Serve;
import org.afs4j.cli.coherence.Watch;
import org.afs4j.cli.command.AfsCommand;
import org.afs4j.cli.command.ExitCode;
import org.afs4j.cli.command.FailureReport;
import org.afs4j.cli.command.Surroundings;
import org.afs4j.cli.control.Control;
import org.afs4j.cli.control.Status;
import org.afs4j.cli.file.Acl;
import org.afs4j.cli.file.Cat;
import org.afs4j.cli.file.Chmod;
import org.afs4j.cli.file.Cp;
import org.afs4j.cli.file.Get;
import org.afs4j.cli.file.Ln;
import org.afs4j.cli.file.Ls;
import org.afs4j.cli.file.Mkdir;
import org.afs4j.cli.file.Mv;
import org.afs4j.cli.file.Put;
import org.afs4j.cli.file.Rm;
import org.afs4j.cli.file.Stat;
import org.afs4j.cli.mount.Mount;
import org.afs4j.cli.mount.Umount;
import org.afs4j.cli.simulation.Simulate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// The root of the `afs` command: reads the arguments and hands over to a subcommand.
///
/// Errors are one line on standard error, never a stack trace; the exit codes are those of [ExitCode].
@Command(
        name = "afs",
        synopsisSubcommandLabel = "COMMAND",
        description = "Files in AFS cells, from the command line: listed, copied, watched through coherent mappings, served.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionOfBuild.class,
        exitCodeListHeading = "%nExit codes:%n",
        footer = {
            "",
            "Paths in AFS are /afs/CELL/…; those in /afs/.CELL/… lead to read-write volumes.",
            "Cells come from --cell and --server, or from CellServDB in --config",
            "(/etc/openafs). To begin with: afs demo",
            "Each subcommand explains itself: afs COMMAND --help"
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it before anything here runs
    private CommandSpec spec;

    /// Made by [#commandLine(Surroundings)]; picocli fills in what the arguments say.
    Main() {}

    /// Runs the command and ends the process with its exit code.
    ///
    /// @param args the arguments as the shell gave them
    public static void main(String[] args) {
        System.exit(commandLine(Surroundings.ofProcess()).execute(args));
    }

    /// The command line with every subcommand, ready to execute.
    ///
    /// @param surroundings what the commands find around themselves
    static CommandLine commandLine(Surroundings surroundings) {
        CommandLine line = new CommandLine(new Main());
        commands(surroundings).forEach(line::addSubcommand);
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(Integer.toString(code.code()), code.meaning());
        }
        line.getCommandSpec().usageMessage().exitCodeList(codes);
        return line.setOut(new PrintWriter(new OutputStreamWriter(surroundings.out(), StandardCharsets.UTF_8), true))
                .setErr(new PrintWriter(new OutputStreamWriter(surroundings.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    private static List<AfsCommand> commands(Surroundings around) {
        return List.of(
                new Demo(around),
                new Ls(around),
                new Stat(around),
                new Cat(around),
                new Put(around),
                new Get(around),
                new Cp(around),
                new Mkdir(around),
                new Rm(around),
                new Mv(around),
                new Ln(around),
                new Chmod(around),
                new Acl(around),
                new Watch(around),
                new Poke(around),
                new Serve(around),
                new Simulate(around),
                new Status(around),
                new Control(around),
                new Mount(around),
                new Umount(around));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static int explainUsage(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        e.getCommandLine().getErr().println(FailureReport.usageLine(e, command));
        return ExitCode.WRONG_USAGE.code();
    }

    private static int explainFailure(Exception e, CommandLine commandLine, ParseResult parsed) {
        ExitCode code = FailureReport.exitCode(e);
        if (code != ExitCode.OUTPUT_GONE) {
            commandLine.getErr().println(FailureReport.line(e));
        }
        return code.code();
    }
}
