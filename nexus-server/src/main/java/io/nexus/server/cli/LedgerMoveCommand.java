package io.nexus.server.cli;

import io.nexus.config.Secret;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.server.Books;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus ledger move}. */
@Command(
    name = "move",
    description =
        "Copy a ledger into an empty one, from SQLite to PostgreSQL for instance: spend, balances,"
            + " keys, budgets and changes. Its gateways must have been stopped.",
    mixinStandardHelpOptions = true)
final class LedgerMoveCommand implements Runnable {

  @Parameters(
      index = "0",
      paramLabel = "FROM",
      description = "The ledger that there is, such as jdbc:sqlite:nexus-data/ledger.db.")
  private String from;

  @Parameters(
      index = "1",
      paramLabel = "TO",
      description = "The empty one, such as jdbc:postgresql://db/nexus?user=nexus.")
  private String to;

  @Option(
      names = "--from-password-env",
      paramLabel = "NAME",
      defaultValue = "NEXUS_LEDGER_PASSWORD",
      description = "The variable with the password of FROM (default: ${DEFAULT-VALUE}).")
  private String fromPassword;

  @Option(
      names = "--to-password-env",
      paramLabel = "NAME",
      defaultValue = "NEXUS_LEDGER_PASSWORD",
      description = "The variable with the password of TO (default: ${DEFAULT-VALUE}).")
  private String toPassword;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  LedgerMoveCommand() {}

  @Override
  public void run() {
    var source = settings(from, fromPassword);
    var target = settings(to, toPassword);
    if (from.equals(to)) {
      throw new Failure(Failure.USAGE, "usage: TO: it is FROM: name another ledger");
    }
    try {
      var factory = Books.factory(source);
      if (!factory.opens(target.url())) {
        throw new Failure(
            Failure.USAGE,
            "ledger move: " + target.shownUrl() + ": no such ledger can be made of it");
      }
      var moved = factory.move(source, target);
      var audit = moved.audit();
      spec.commandLine()
          .getOut()
          .printf(
              "Moved %d records, %d balances and %d keys and budgets to %s, %s.%n",
              moved.records(),
              audit.balances(),
              moved.settings(),
              target.shownUrl(),
              audit.agrees() ? "all agree" : audit.differences().size() + " do not agree");
      spec.commandLine().getOut().println("Now give it to the gateways as [ledger] url.");
      spec.commandLine().getOut().flush();
    } catch (LedgerException e) {
      throw new Failure(LedgerOptions.exitCode(e.kind()), e.getMessage());
    }
  }

  private static LedgerSettings settings(String url, String variable) {
    var password = Secret.inEnvironment(variable, System.getenv());
    return new LedgerSettings(url, password.isSet() ? password.reveal() : "");
  }
}
