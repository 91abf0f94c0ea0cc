package io.nexus.server.cli;

import io.nexus.control.money.Money;
import io.nexus.server.setup.FirstConfig;
import io.nexus.server.setup.LocalServer;
import java.io.Console;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus init}. */
@Command(
    name = "init",
    description =
        "Write a nexus.toml for the model servers on this machine and the providers whose keys the"
            + " environment has.",
    mixinStandardHelpOptions = true)
final class InitCommand implements Runnable {

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "nexus.toml",
      description = "What to write (default: nexus.toml).")
  private Path file;

  @Option(names = "--force", description = "Write over a file that is there.")
  private boolean force;

  @Option(
      names = "--limit",
      paramLabel = "USD",
      description = "What may be spent in a month (default: 20; asked for at a terminal).")
  private @Nullable String limit;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  InitCommand() {}

  @Override
  public void run() {
    if (!force && Files.exists(file)) {
      throw exists(file, "init");
    }
    var first = FirstConfig.found(LocalServer.USUAL, monthly(), System.getenv());
    write(file, first.toml(), force, "init");
    var out = spec.commandLine().getOut();
    out.println("Wrote " + file + ".");
    first.lines().forEach(line -> out.println("  " + line));
    if (first.lines().isEmpty()) {
      out.println(
          "  No model server answered at the usual ports, and the environment has no provider's key:"
              + " the file has an example to fill in.");
    }
    var config = file.equals(Path.of("nexus.toml")) ? "" : " --config " + file;
    out.println("Next: nexus check" + config + ", then nexus serve" + config + ".");
    out.flush();
  }

  private Money monthly() {
    if (limit != null) {
      return usd(limit);
    }
    return Optional.ofNullable(System.console())
        .filter(Console::isTerminal)
        .map(InitCommand::asked)
        .orElse(FirstConfig.USUAL_LIMIT);
  }

  private static Money asked(Console console) {
    var answer =
        console.readLine("What may be spent in a month, in USD [%s]? ", FirstConfig.USUAL_LIMIT);
    return answer == null || answer.isBlank() ? FirstConfig.USUAL_LIMIT : usd(answer);
  }

  private static Money usd(String text) {
    try {
      var money = Money.usd(text.strip());
      if (money.nanos() >= 0) {
        return money;
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // Refused below, like a negative amount.
    }
    throw new Failure(
        Failure.USAGE,
        "init: --limit: '" + text.strip() + "' is not an amount: give one such as 20.00");
  }

  /**
   * Writes a new file.
   *
   * @param over whether an existing file may be replaced
   */
  static void write(Path file, String text, boolean over, String command) {
    try {
      if (over) {
        Files.writeString(file, text);
      } else {
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      }
    } catch (FileAlreadyExistsException e) {
      throw exists(file, command);
    } catch (IOException e) {
      throw new Failure(
          Failure.WORK,
          command
              + ": "
              + file
              + ": cannot be written: "
              + e.getClass().getSimpleName()
              + ": name a file in a folder that is there");
    }
  }

  private static Failure exists(Path file, String command) {
    return new Failure(
        Failure.USAGE,
        command + ": " + file + ": the file exists: name another one, or give --force");
  }
}
