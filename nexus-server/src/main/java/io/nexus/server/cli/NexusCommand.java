package io.nexus.server.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nexus}: the commands. */
@Command(
    name = "nexus",
    description = "An LLM gateway that cannot overspend.",
    footer = {
      "",
      "'nexus cache' prepares faster starts, which the first 'nexus serve' does by itself.",
      "In a source tree also: 'nexus test' builds and tests, 'nexus package' makes an archive without"
          + " tests, 'nexus bench' measures."
    },
    mixinStandardHelpOptions = true,
    versionProvider = NexusCommand.Version.class)
public final class NexusCommand implements Runnable {

  /** All commands but {@code help}, in the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("serve", ServeCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("init", InitCommand.class);
    COMMANDS.put("import", ImportCommand.class);
    COMMANDS.put("check", CheckCommand.class);
    COMMANDS.put("price", PriceCommand.class);
    COMMANDS.put("explain", ExplainCommand.class);
    COMMANDS.put("rehearse", RehearseCommand.class);
    COMMANDS.put("key", KeyCommand.class);
    COMMANDS.put("budget", BudgetCommand.class);
    COMMANDS.put("limit", LimitCommand.class);
    COMMANDS.put("health", HealthCommand.class);
    COMMANDS.put("reload", ReloadCommand.class);
    COMMANDS.put("top", TopCommand.class);
    COMMANDS.put("spend", SpendCommand.class);
    COMMANDS.put("ledger", LedgerCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
    COMMANDS.put("version", VersionCommand.class);
  }

  @Spec private CommandSpec spec;

  /** Created by the command-line library, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public NexusCommand() {}

  /**
   * Runs a command line.
   *
   * @return the exit code
   */
  public static int run(String... args) {
    return run(commandLine(args), args);
  }

  /**
   * Runs a command line with the given output.
   *
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(commandLine(args).setOut(out).setErr(err), args);
  }

  /**
   * Describes only the requested command if it is clear, because describing all of them is slow.
   */
  private static CommandLine commandLine(String... args) {
    var asked = args.length == 0 ? null : COMMANDS.get(args[0]);
    return asked == null
        ? all().setCaseInsensitiveEnumValuesAllowed(true)
        : new CommandLine(new NexusCommand())
            .addSubcommand(asked)
            .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Describes all commands. */
  static CommandLine all() {
    var commandLine = new CommandLine(new NexusCommand());
    COMMANDS.values().forEach(commandLine::addSubcommand);
    return commandLine.addSubcommand(CommandLine.HelpCommand.class);
  }

  private static int run(CommandLine commandLine, String... args) {
    return commandLine
        .registerConverter(BigDecimal.class, OptionValues::number)
        .registerConverter(URI.class, OptionValues::address)
        .setExecutionExceptionHandler(
            (problem, command, _) ->
                Failure.report(problem, command.getCommandName(), command.getErr()))
        .setParameterExceptionHandler(NexusCommand::misused)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give a command");
  }

  private static int misused(ParameterException problem, String[] args) {
    var command = problem.getCommandLine();
    command
        .getErr()
        .println(
            "nexus: usage: "
                + problem.getMessage()
                + ": see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return Failure.USAGE;
  }

  /** The version of this module. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"nexus " + Serve.version()};
    }
  }
}
